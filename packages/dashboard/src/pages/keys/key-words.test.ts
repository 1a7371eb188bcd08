import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiresSoon, keyName } from './key-words.ts';
import { testingKey } from './testing-key.ts';

test('a key without a label is still named', () => {
  assert.equal(keyName(testingKey(4)), 'instavm_sk_000000000004…');
  assert.equal(keyName(testingKey(4, { description: 'Backups\nat night' })), 'Backups');
});

test('only a living key expires soon', () => {
  const now = Date.parse('2026-07-29T12:00:00Z');
  const expires_at = '2026-08-05T12:00:00Z';
  assert.equal(expiresSoon(testingKey(1, { expires_at }), now), true);
  assert.equal(expiresSoon(testingKey(1, { expires_at, status: 'revoked' }), now), false);
  assert.equal(expiresSoon(testingKey(1), now), false);
});
