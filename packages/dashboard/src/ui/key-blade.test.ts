import assert from 'node:assert/strict';
import { test } from 'node:test';
import { teethOf, teethPath } from './key-blade.ts';

test('each character of the public id is one tooth, from short to long', () => {
  assert.deepEqual(teethOf('0AZz'), [0, 0, 2, 4]);
});

test('keys with different ids look different, and the same key always looks the same', () => {
  assert.notEqual(teethPath('0123456789AB', 0, 0), teethPath('0123456789Az', 0, 0));
  assert.equal(teethPath('0123456789AB', 0, 0), teethPath('0123456789AB', 0, 0));
});
