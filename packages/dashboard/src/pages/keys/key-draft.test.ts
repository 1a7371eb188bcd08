import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, creationOf, draftOf, draftProblems, expiryOf, NEW_KEY } from './key-draft.ts';
import { testingKey } from './testing-key.ts';

const now = Date.parse('2026-07-29T12:00:00Z');

test('a life becomes the moment of its end', () => {
  assert.equal(expiryOf({ expiry: '30', expiresAt: null }, now), '2026-08-28T12:00:00.000Z');
  assert.equal(expiryOf({ expiry: 'never', expiresAt: '2027-01-01T00:00:00Z' }, now), null);
  assert.equal(expiryOf({ expiry: 'at', expiresAt: '2027-01-01T00:00:00Z' }, now), '2027-01-01T00:00:00Z');
});

test('a new key is asked for with what was given and nothing else', () => {
  assert.deepEqual(creationOf({ ...NEW_KEY, label: ' CI ', expiry: 'never' }, now), {
    label: 'CI',
    scopes: ['full'],
  });
  const all = creationOf(
    {
      ...NEW_KEY,
      label: 'CI',
      environment: 'testing',
      idleDays: '30',
      addresses: ['10.0.0.0/8'],
      serviceAccountId: 3,
      notBefore: '2026-08-01T00:00:00Z',
    },
    now,
  );
  assert.deepEqual(all, {
    label: 'CI',
    environment: 'testing',
    scopes: ['full'],
    expires_at: '2026-10-27T12:00:00.000Z',
    not_before: '2026-08-01T00:00:00Z',
    idle_expiry_days: 30,
    allowed_cidrs: ['10.0.0.0/8'],
    service_account_id: 3,
  });
});

test('a form that was opened and saved without a change changes nothing', () => {
  const key = testingKey(1, {
    label: 'CI',
    expires_at: '2026-10-27T12:00:00.000Z',
    allowed_cidrs: [],
    idle_expiry_days: 30,
  });
  assert.deepEqual(changesOf(key, draftOf(key), now), {});
});

test('only what was changed is sent, and emptying a field clears it', () => {
  const key = testingKey(1, { label: 'CI', owner: 'Ada', allowed_cidrs: ['10.0.0.0/8'] });
  const draft = { ...draftOf(key), owner: '', addresses: [], scopes: ['read-only'] };
  assert.deepEqual(changesOf(key, draft, now), { owner: null, allowed_cidrs: null, scopes: ['read-only'] });
});

test('what cannot be right is told before the server is asked', () => {
  const problems = (change: Partial<typeof NEW_KEY>) =>
    Object.keys(draftProblems({ ...NEW_KEY, ...change }, now));
  assert.deepEqual(problems({}), []);
  assert.deepEqual(problems({ expiry: 'at' }), ['expires_at']);
  assert.deepEqual(problems({ expiry: 'at', expiresAt: '2026-07-29T11:00:00Z' }), ['expires_at']);
  assert.deepEqual(problems({ notBefore: '2027-07-29T11:00:00Z' }), ['not_before']);
  assert.deepEqual(problems({ idleDays: '0' }), ['idle_expiry_days']);
  assert.deepEqual(problems({ idleDays: '1.5' }), ['idle_expiry_days']);
  assert.deepEqual(problems({ scopes: [] }), ['scopes']);
});
