import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandScopes, PERMISSION_NAMES } from '@instavm/contract/permissions';
import { lacking, PERMISSION_GROUPS, presetOf, scopeMeanings, scopesFor, scopesInWords } from './scopes.ts';

test('a key with every right is told apart from one with few', () => {
  assert.equal(scopesInWords(['full']), 'Full access');
  assert.equal(scopesInWords(['read-only']), 'Read only');
  assert.equal(scopesInWords(['vms:read', 'vms:write', 'keys:*']), 'Machines: read, write; API keys: all');
  assert.equal(scopesInWords([]), 'Nothing');
});

test('every permission that a scope grants is told in full', () => {
  assert.match(scopeMeanings(['exec-only']), /Run code and commands/);
  assert.doesNotMatch(scopeMeanings(['exec-only']), /API keys/);
});

test('chosen permissions become the shortest scopes that mean the same', () => {
  assert.deepEqual(scopesFor(new Set(PERMISSION_NAMES)), ['full']);
  assert.deepEqual(scopesFor(expandScopes(['key-manager'])), ['key-manager']);
  assert.deepEqual(scopesFor(expandScopes(['vms:*', 'keys:read'])), ['keys:read', 'vms:*']);
  for (const scopes of [['read-only'], ['exec-only'], ['vms:*', 'exec:run'], ['files:read']]) {
    assert.deepEqual(expandScopes(scopesFor(expandScopes(scopes))), expandScopes(scopes));
  }
});

test('every permission can be chosen but the one that every key has', () => {
  const offered = PERMISSION_GROUPS.flatMap(({ permissions }) => permissions.map(({ name }) => name));
  assert.deepEqual([...offered, 'self:read'].sort(), [...PERMISSION_NAMES].sort());
});

test('a lone preset is told apart from a choice of permissions', () => {
  assert.equal(presetOf(['read-only']), 'read-only');
  assert.equal(presetOf(['read-only', 'exec:run']), null);
  assert.equal(presetOf(['vms:read']), null);
});

test('what the giver lacks is named before the server refuses it', () => {
  assert.deepEqual(lacking(['vms:*'], ['vms:read', 'self:read']), ['vms:write']);
  assert.deepEqual(lacking(['full'], undefined), []);
  assert.deepEqual(lacking(['full'], ['vms:read']), [], 'a preset is cut to what its owner may do');
});
