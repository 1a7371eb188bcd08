import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { indexedKey } from '../testing/indexed-key.ts';
import { type IndexedKey, KeyIndex } from './key-index.ts';

function entry(id: number, status: IndexedKey['status'] = 'live'): IndexedKey {
  return indexedKey({ id, status });
}

test('every key keeps its own digest while the index grows past its first block', () => {
  const index = new KeyIndex();
  const digests = Array.from({ length: 5000 }, () => randomBytes(32));
  for (const [id, digest] of digests.entries()) index.put(`key-${id}`, entry(id), digest);
  assert.equal(index.size, digests.length);
  for (const [id, digest] of digests.entries()) {
    const key = index.get(`key-${id}`);
    assert.equal(key?.id, id);
    assert.equal(index.digestMatches(key, digest), true);
    assert.equal(index.digestMatches(key, digests[(id + 1) % digests.length]!), false);
  }
});

test('putting a key again replaces what is known of it and takes no new place', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  index.put('a', entry(1), randomBytes(32));
  index.put('b', entry(2), randomBytes(32));
  index.put('a', { ...entry(1), environment: 'testing' }, digest);
  assert.equal(index.size, 2);
  assert.equal(index.get('a')?.environment, 'testing');
  assert.equal(index.digestMatches(index.get('a'), digest), true);
});

test('security: a revoked key stays revoked, whatever late row arrives', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  index.put('a', entry(1), digest);
  index.put('a', entry(1, 'revoked'), digest);
  for (const status of ['live', 'disabled', 'rotated'] as const) {
    index.put('a', entry(1, status), digest);
    assert.equal(index.get('a')?.status, 'revoked');
  }
});

test('security: an unknown key matches no digest, not even the one that it is compared with', () => {
  const index = new KeyIndex();
  assert.equal(index.get('a'), undefined);
  assert.equal(index.digestMatches(undefined, Buffer.alloc(32)), false);
  const digest = randomBytes(32);
  index.put('a', entry(1), digest);
  assert.equal(index.digestMatches(index.get('a'), digest), true);
  assert.equal(index.digestMatches(undefined, digest), false);
});

test('the last use only moves forward, whatever older row arrives', () => {
  const index = new KeyIndex();
  index.put('a', entry(1), randomBytes(32));
  index.noteUse('a', 500);
  index.noteUse('a', 400);
  index.noteUse('unknown', 400);
  index.put('a', { ...entry(1), lastUsedAtMs: 300 }, randomBytes(32));
  assert.equal(index.get('a')?.lastUsedAtMs, 500);
  index.put('a', { ...entry(1), lastUsedAtMs: 600 }, randomBytes(32));
  assert.equal(index.get('a')?.lastUsedAtMs, 600);
});
