import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiKey } from '../../api/types.ts';
import { expiryOf, filterKeys, keyName } from './key-words.ts';

const key = (id: number, change: Partial<ApiKey>): ApiKey => ({
  id,
  key_prefix: `instavm_sk_00000000000${id}`,
  user_id: 1,
  status: 'active',
  created_at: '2026-07-29T12:00:00Z',
  expires_at: null,
  description: null,
  label: null,
  environment: null,
  scopes: ['full'],
  created_from: { address: null, client: null },
  owner: null,
  not_before: null,
  idle_expiry_days: null,
  allowed_cidrs: null,
  rate_limit: null,
  rotated_to: null,
  rotated_from: null,
  last_used: null,
  ...change,
});

const keys = [
  key(1, { label: 'CI runner', environment: 'testing' }),
  key(2, { label: 'Notebook' }),
  key(3, { label: 'Old CI', status: 'revoked' }),
];
const found = (filter: Partial<Parameters<typeof filterKeys>[1]>) =>
  filterKeys(keys, { q: '', env: 'all', show: 'live', ...filter }).map(({ id }) => id);

test('a revoked key is out of sight until it is asked for', () => {
  assert.deepEqual(found({}), [1, 2]);
  assert.deepEqual(found({ show: 'all' }), [1, 2, 3]);
});

test('every word of a search must be found, in any order and case', () => {
  assert.deepEqual(found({ q: 'runner ci' }), [1]);
  assert.deepEqual(found({ q: '000000000002' }), [2]);
});

test('keys without an environment are a choice of their own', () => {
  assert.deepEqual(found({ env: 'none' }), [2]);
  assert.deepEqual(found({ env: 'testing' }), [1]);
});

test('a life becomes the moment of its end', () => {
  assert.equal(expiryOf('7', Date.parse('2026-07-29T12:00:00Z')), '2026-08-05T12:00:00.000Z');
  assert.equal(expiryOf('never', 0), null);
});

test('a key without a label is still named', () => {
  assert.equal(keyName(key(4, {})), 'instavm_sk_000000000004…');
});
