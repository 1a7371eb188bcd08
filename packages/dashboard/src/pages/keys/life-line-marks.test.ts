import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifeLineMarks } from './life-line-marks.ts';
import { testingKey } from './testing-key.ts';

const now = Date.parse('2026-07-29T12:00:00Z');
const key = (change: Parameters<typeof testingKey>[1]) =>
  testingKey(1, { created_at: '2026-07-19T12:00:00Z', ...change });

test('a life is as far along as its time is spent', () => {
  const { lived, ends } = lifeLineMarks(key({ expires_at: '2026-08-08T12:00:00Z' }), now);
  assert.equal(lived, 0.5);
  assert.equal(ends?.why, 'expiry');
  assert.equal(lifeLineMarks(key({ expires_at: '2026-07-20T12:00:00Z' }), now).lived, 1);
});

test('of several ends the nearest counts', () => {
  const last_used = { at: '2026-07-28T12:00:00Z', address: null, client: null, route: null };
  const idle = lifeLineMarks(
    key({ expires_at: '2027-01-01T00:00:00Z', idle_expiry_days: 7, last_used }),
    now,
  );
  assert.deepEqual(idle.ends, { at: '2026-08-04T12:00:00.000Z', why: 'idle' });
  const rotation = { policy: 'on_first_use', ends_at: '2026-08-01T12:00:00Z' } as const;
  assert.equal(lifeLineMarks(key({ idle_expiry_days: 7, last_used, rotation }), now).ends?.why, 'rotation');
});

test('a key without an end has a line that is never full', () => {
  const { lived, ends } = lifeLineMarks(key({}), now);
  assert.ok(lived > 0 && lived < 0.1);
  assert.equal(ends, null);
});

test('a start in the future lies on the line', () => {
  const { startsAt } = lifeLineMarks(
    key({ not_before: '2026-07-29T12:00:00Z', expires_at: '2026-08-08T12:00:00Z' }),
    now,
  );
  assert.equal(startsAt, 0.5);
});
