import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Neighbours } from './neighbours.ts';

test('what three other keys were seen with is usual for an account', () => {
  const neighbours = new Neighbours();
  for (const key of [1, 2, 2, 2]) neighbours.note('203.0.', key, 1);
  assert.equal(neighbours.know('203.0.', 9), false);
  neighbours.note('203.0.', 3, 1);
  assert.equal(neighbours.know('203.0.', 9), true);
  assert.equal(neighbours.know('203.0.', 3), false, 'it is one of the three itself');
  neighbours.note('203.0.', 4, 1);
  assert.equal(neighbours.know('203.0.', 3), true);
  assert.equal(neighbours.know('198.51.', 9), false);
});

test('it is the same after it was written and read, and changed only by what is new', () => {
  const neighbours = new Neighbours();
  for (const key of [1, 2, 3]) neighbours.note('curl', key, 1);
  const read = new Neighbours(JSON.parse(JSON.stringify(neighbours.entries())));
  assert.equal(read.know('curl', 9), true);
  read.note('curl', 3, 1);
  assert.equal(read.isChanged, false);
  read.note('curl', 3, 2);
  assert.equal(read.isChanged, true);
});

test('however many things there are, memory is bounded, and the newest stay', () => {
  const neighbours = new Neighbours();
  for (let n = 0; n < 5000; n++) for (const key of [1, 2, 3]) neighbours.note(`program-${n}`, key, n);
  assert.ok(neighbours.entries().length <= 400);
  assert.equal(neighbours.know('program-4999', 9), true);
});
