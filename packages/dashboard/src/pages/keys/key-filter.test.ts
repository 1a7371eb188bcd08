import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterKeys, type KeyFilter, needsAttention } from './key-filter.ts';
import { KEYS_SEARCH, readKeysSearch } from './keys-search.ts';
import { testingKey as key } from './testing-key.ts';

const notice = { code: 'old', text: 'It is 120 days old.', command: null } as const;
const keys = [
  key(1, { label: 'CI runner', environment: 'testing', notices: [notice] }),
  key(2, { label: 'Notebook', owner: 'Ada' }),
  key(3, { label: 'Old CI', status: 'revoked' }),
  key(4, { label: 'Paused', status: 'disabled' }),
];
const found = (filter: Partial<KeyFilter>) =>
  filterKeys(keys, { ...KEYS_SEARCH, ...filter }).map(({ id }) => id);

test('a key that ended is out of sight until it is asked for', () => {
  assert.deepEqual(found({}), [1, 2, 4]);
  assert.deepEqual(found({ status: 'all' }), [1, 2, 3, 4]);
  assert.deepEqual(found({ status: 'revoked' }), [3]);
  assert.deepEqual(found({ status: 'disabled' }), [4]);
});

test('every word of a search must be found, in any order and case', () => {
  assert.deepEqual(found({ q: 'runner ci' }), [1]);
  assert.deepEqual(found({ q: 'ada' }), [2]);
  assert.deepEqual(found({ q: '000000000002' }), [2]);
});

test('keys without an environment are a choice of their own', () => {
  assert.deepEqual(found({ env: 'none' }), [2, 4]);
  assert.deepEqual(found({ env: 'testing' }), [1]);
});

test('keys that need attention are counted and found', () => {
  assert.deepEqual(found({ attention: true }), [1]);
  assert.equal(needsAttention(keys), 1);
});

test('an address that was typed by hand never breaks the list', () => {
  assert.deepEqual(readKeysSearch({}), KEYS_SEARCH);
  assert.deepEqual(readKeysSearch({ status: 'gone', env: 7, sort: '<b>', attention: 'x' }), KEYS_SEARCH);
  assert.deepEqual(readKeysSearch({ q: 42, status: 'all', attention: true }), {
    ...KEYS_SEARCH,
    q: '42',
    status: 'all',
    attention: true,
  });
});
