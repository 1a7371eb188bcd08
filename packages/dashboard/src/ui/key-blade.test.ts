import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bladePath, cutsOf } from './key-blade.ts';

test('each character of the public id is one cut, from shallow to deep', () => {
  assert.deepEqual(cutsOf('0AZz'), [0, 0, 2, 4]);
});

test('keys with different cuts look different, and the same key always looks the same', () => {
  assert.notEqual(bladePath('0123456789AB').path, bladePath('0123456789Az').path);
  assert.deepEqual(bladePath('0123456789AB'), bladePath('0123456789AB'));
});
