import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopesInWords } from './scopes.ts';

test('a key with every right is told apart from one with few', () => {
  assert.equal(scopesInWords(['full']), 'Everything this account may do');
  assert.equal(scopesInWords(['*:*']), 'Everything this account may do');
  assert.equal(scopesInWords(['read-only']), 'Read only');
  assert.equal(scopesInWords(['vms:read', 'vms:create', 'keys:*']), 'vms: read, create; keys: all');
  assert.equal(scopesInWords([]), 'Nothing');
});
