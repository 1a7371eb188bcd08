import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeMeanings, scopesInWords } from './scopes.ts';

test('a key with every right is told apart from one with few', () => {
  assert.equal(scopesInWords(['full']), 'Full access');
  assert.equal(scopesInWords(['read-only']), 'Read only');
  assert.equal(scopesInWords(['vms:read', 'vms:write', 'keys:*']), 'vms: read, write; keys: all');
  assert.equal(scopesInWords([]), 'Nothing');
});

test('every permission that a scope grants is told in full', () => {
  assert.match(scopeMeanings(['exec-only']), /Run code and commands/);
  assert.doesNotMatch(scopeMeanings(['exec-only']), /API keys/);
});
