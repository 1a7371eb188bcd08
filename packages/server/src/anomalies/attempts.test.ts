import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attempts } from './attempts.ts';
import { sentenceOf } from './sentence.ts';

const AT = Date.UTC(2030, 0, 1);

test('many wrong secrets within five minutes are told, and again when they double', () => {
  const attempts = new Attempts();
  const found = Array.from({ length: 250 }, (_, n) => attempts.note(1, AT + n)).filter((one) => one !== null);
  assert.deepEqual(
    found.map(({ kind, figures }) => sentenceOf(kind, figures)),
    [
      '100 wrong secrets tried with its public id in 5 minutes; none was right.',
      '200 wrong secrets tried with its public id in 5 minutes; none was right.',
    ],
  );
  const slow = Array.from({ length: 250 }, (_, n) => attempts.note(2, AT + n * 60_000));
  assert.ok(slow.every((one) => one === null));
});

test('security: guesses at any number of keys take bounded memory and hide none of those that are guessed at most', () => {
  const attempts = new Attempts();
  for (let key = 0; key < 100_000; key++) attempts.note(key, AT);
  const found = Array.from({ length: 100 }, () => attempts.note(7, AT)).filter((one) => one !== null);
  assert.equal(found.length, 1);
});
