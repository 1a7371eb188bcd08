import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLocalInput, toLocalInput } from './moment.ts';

test('a moment survives the way into a form and back, to the minute', () => {
  for (const iso of ['2026-07-29T12:34:00.000Z', '2027-01-01T00:00:00.000Z', '2026-03-29T01:30:00.000Z']) {
    assert.equal(fromLocalInput(toLocalInput(iso)), iso);
  }
});

test('an empty or half typed moment is none', () => {
  assert.equal(toLocalInput(null), '');
  assert.equal(fromLocalInput(''), null);
  assert.equal(fromLocalInput('2026-13'), null);
});
