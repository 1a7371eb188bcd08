import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPattern, wants } from './patterns.ts';

test('a pattern is a kind, a group or everything', () => {
  for (const [pattern, type, fits] of [
    ['*', 'auth.refused', true],
    ['vm.*', 'vm.terminated', true],
    ['vm.terminated', 'vm.terminated', true],
    ['vm.*', 'vmx.terminated', false],
    ['vm.terminated', 'vm.created', false],
    ['api_key.*', 'api_key.leaked', true],
    ['snapshot.*', 'vm.created', false],
  ] as const) {
    assert.equal(matchesPattern(pattern, type), fits, `${pattern} ${type}`);
  }
});

test('security: an endpoint hears of its own account and environment alone, and of what comes after it', () => {
  const endpoint = {
    account_id: 1,
    environment: 'testing',
    created_seq: 10,
    patterns: ['vm.*', 'ssh_key.added'],
  };
  const event = { seq: 11, account_id: 1, environment: 'testing', event_type: 'vm.created' };
  assert.equal(wants(endpoint, event), true, 'control');
  assert.equal(wants(endpoint, { ...event, account_id: 2 }), false);
  assert.equal(wants(endpoint, { ...event, environment: 'production' }), false);
  assert.equal(wants(endpoint, { ...event, environment: null }), false);
  assert.equal(wants(endpoint, { ...event, seq: 10 }), false);
  assert.equal(wants(endpoint, { ...event, event_type: 'session.started' }), false);
  const all = { ...endpoint, environment: null };
  for (const environment of [null, 'testing', 'production'])
    assert.equal(wants(all, { ...event, environment }), true);
});
