import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowRange, withRows } from './row-range.ts';

test('a range holds both ends, in either direction', () => {
  assert.deepEqual(rowRange([1, 2, 3, 4], 2, 4), [2, 3, 4]);
  assert.deepEqual(rowRange([1, 2, 3, 4], 4, 2), [2, 3, 4]);
  assert.deepEqual(rowRange([1, 2, 3, 4], 2, 2), [2]);
});

test('where a range began is no longer in sight, the row itself is all that is chosen', () => {
  assert.deepEqual(rowRange([1, 2, 3], 9, 2), [2]);
  assert.deepEqual(rowRange([1, 2, 3], null, 2), [2]);
});

test('choosing rows leaves the others as they were', () => {
  assert.deepEqual([...withRows(new Set([1]), [2, 3], true)], [1, 2, 3]);
  assert.deepEqual([...withRows(new Set([1, 2]), [2, 3], false)], [1]);
});
