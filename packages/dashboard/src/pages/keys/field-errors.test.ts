import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readError } from '../../api/errors.ts';
import { formErrors } from './field-errors.ts';

const refused = (...entries: [(string | number)[], string][]) =>
  readError(
    422,
    {
      title: 'Validation failed',
      code: 'validation_failed',
      detail: entries.map(([loc, msg]) => ({ loc, msg })),
    },
    null,
  );

test('each part of a refusal stands at its field, as a sentence', () => {
  const { fields, rest } = formErrors(
    refused(
      [['body', 'label'], 'is longer than 120 characters'],
      [['body', 'allowed_cidrs', 1], 'is not a network'],
    ),
  );
  assert.deepEqual(fields, {
    label: 'The label is longer than 120 characters.',
    allowed_cidrs: 'Entry 2 is not a network.',
  });
  assert.equal(rest, null);
});

test('what belongs to no field of the form is not lost', () => {
  assert.equal(formErrors(refused([['body', 'colour'], 'is unknown'])).rest, 'colour: is unknown');
  const limit = readError(409, { detail: 'The account has 1000 live keys', code: 'key_limit_reached' }, null);
  assert.equal(formErrors(limit).rest, 'The account has 1000 live keys.');
});

test('a taken label is a matter of the label', () => {
  const taken = readError(409, { detail: 'Another key has this label', code: 'label_taken' }, null);
  assert.deepEqual(formErrors(taken).fields, { label: 'Another key has this label.' });
});
