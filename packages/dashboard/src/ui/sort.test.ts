import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSort, sortRows, sortText } from './sort.ts';

test('the order in the address survives the way there and back', () => {
  for (const text of ['label', '-last_used']) assert.equal(sortText(parseSort(text)), text);
});

test('rows without a value come last, whichever way the table is sorted', () => {
  const rows = [{ at: 2 }, { at: null }, { at: 1 }];
  const order = (descending: boolean) => sortRows(rows, (row) => row.at, descending).map((row) => row.at);
  assert.deepEqual(order(false), [1, 2, null]);
  assert.deepEqual(order(true), [2, 1, null]);
});

test('numbers inside words sort as numbers', () => {
  const labels = ['ci-10', 'ci-9'].map((label) => ({ label }));
  assert.deepEqual(
    sortRows(labels, (row) => row.label, false).map((row) => row.label),
    ['ci-9', 'ci-10'],
  );
});
