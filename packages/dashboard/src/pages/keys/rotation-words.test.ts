import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rotationOf, rotationProblem, rotationState } from './rotation-words.ts';
import { testingKey } from './testing-key.ts';

const now = Date.parse('2026-07-29T12:00:00Z');
const draft = { policy: 'on_first_use', latestDays: '7', at: null } as const;
const use = { at: '2026-07-29T12:00:00Z', address: null, client: null, route: null };

test('each policy sends the time that it needs and no other', () => {
  assert.deepEqual(rotationOf(draft, now), { policy: 'on_first_use', at: '2026-08-05T12:00:00.000Z' });
  assert.deepEqual(rotationOf({ ...draft, policy: 'now', at: '2027-01-01T00:00:00Z' }, now), {
    policy: 'now',
  });
  assert.deepEqual(rotationOf({ ...draft, policy: 'at', at: '2027-01-01T00:00:00Z' }, now), {
    policy: 'at',
    at: '2027-01-01T00:00:00Z',
  });
});

test('a time that is missing or has passed is refused before anything is made', () => {
  assert.equal(rotationOf({ ...draft, policy: 'at' }, now), null);
  assert.match(rotationProblem({ ...draft, policy: 'at' }, now)!, /Give a date/);
  assert.match(rotationProblem({ ...draft, policy: 'at', at: '2026-07-29T11:00:00Z' }, now)!, /has passed/);
});

test('a rotation can be taken back until the new key has worked or the old one has ended', () => {
  const old = testingKey(1, { rotated_to: 2 });
  const next = testingKey(2, { rotated_from: 1 });
  assert.equal(rotationState(old, next).undoRefusal, null);
  assert.match(rotationState(old, { ...next, last_used: use }).undoRefusal!, /has been used/);
  assert.match(rotationState({ ...old, status: 'rotated' }, next).undoRefusal!, /old key has ended/);
  assert.match(rotationState(old, { ...next, status: 'revoked' }).undoRefusal!, /new key has ended/);
});

test('the steps follow the records of both keys', () => {
  const old = testingKey(1, { status: 'rotated', rotated_to: 2 });
  const next = testingKey(2, { rotated_from: 1, last_used: use });
  const { isSeenWorking, hasOldEnded } = rotationState(old, next);
  assert.deepEqual([isSeenWorking, hasOldEnded], [true, true]);
});
