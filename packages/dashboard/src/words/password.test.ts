import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordRules } from './password.ts';

const met = (password: string) => passwordRules(password).map((rule) => rule.met);

test('a password is refused here exactly where the server would refuse it', () => {
  assert.deepEqual(met(''), [false, false]);
  assert.deepEqual(met('nine char'), [false, true]);
  assert.deepEqual(met('ten chars.'), [true, true]);
  assert.deepEqual(met('x'.repeat(128)), [true, true]);
  assert.deepEqual(met('x'.repeat(129)), [true, false]);
});
