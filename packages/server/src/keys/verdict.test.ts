import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexedKey } from '../testing/indexed-key.ts';
import type { IndexedKey } from './key-index.ts';
import { judgeKey } from './verdict.ts';

const DAY_MS = 86_400_000;
const BORN_MS = 1_000 * DAY_MS;

const live = indexedKey({ createdAtMs: BORN_MS });

test('a key without limits lives for ever', () => {
  assert.equal(judgeKey(live, 0), null);
  assert.equal(judgeKey(live, Number.MAX_SAFE_INTEGER), null);
});

test('a key is refused from exactly its expiry on, and accepted one millisecond before', () => {
  const key = { ...live, expiresAtMs: BORN_MS + 10 };
  assert.equal(judgeKey(key, BORN_MS + 9), null);
  assert.equal(judgeKey(key, BORN_MS + 10), 'key_expired');
  assert.equal(judgeKey(key, BORN_MS + 11), 'key_expired');
});

test('a key is accepted from exactly its start on, and refused one millisecond before', () => {
  const key = { ...live, notBeforeMs: BORN_MS + 10 };
  assert.equal(judgeKey(key, BORN_MS + 9), 'key_not_yet_valid');
  assert.equal(judgeKey(key, BORN_MS + 10), null);
});

test('idle expiry counts from the last use, or from the making of a key that was never used', () => {
  const unused = { ...live, idleExpiryDays: 2 };
  assert.equal(judgeKey(unused, BORN_MS + 2 * DAY_MS - 1), null);
  assert.equal(judgeKey(unused, BORN_MS + 2 * DAY_MS), 'key_expired');
  const used = { ...unused, lastUsedAtMs: BORN_MS + DAY_MS };
  assert.equal(judgeKey(used, BORN_MS + 3 * DAY_MS - 1), null);
  assert.equal(judgeKey(used, BORN_MS + 3 * DAY_MS), 'key_expired');
});

test('what is final is told before what is temporary', () => {
  const everything = {
    ...live,
    status: 'revoked' as IndexedKey['status'],
    expiresAtMs: BORN_MS + 1,
    notBeforeMs: BORN_MS + 100,
    idleExpiryDays: 1,
  };
  const at = BORN_MS + 2;
  assert.equal(judgeKey(everything, at), 'key_revoked');
  assert.equal(judgeKey({ ...everything, status: 'rotated' }, at), 'key_rotated');
  assert.equal(judgeKey({ ...everything, status: 'disabled' }, at), 'key_expired');
  assert.equal(judgeKey({ ...everything, status: 'disabled', expiresAtMs: 0 }, at), 'key_disabled');
  assert.equal(judgeKey({ ...everything, status: 'live', expiresAtMs: 0 }, at), 'key_not_yet_valid');
});
