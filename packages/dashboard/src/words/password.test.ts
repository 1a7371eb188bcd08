import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordRules } from './password.ts';

const met = (password: string) => passwordRules(password).map((rule) => rule.met);

test('a password is judged by its length in characters, not in bytes', () => {
  assert.deepEqual(met(''), [false, false]);
  assert.deepEqual(met('eleven char'), [false, true]);
  assert.deepEqual(met('four words in a row'), [true, true]);
  assert.deepEqual(met('🔑'.repeat(11)), [false, true]);
  assert.deepEqual(met('x'.repeat(129)), [true, false]);
});
