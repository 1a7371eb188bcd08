import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGivenUp, parseRetryAfter, WINDOW, waitMs, windowAfter } from './schedule.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('the first retry comes within ten seconds, each later one later, and the twelfth about a day behind the first attempt', () => {
  for (const random of [0, 0.5, 0.999]) {
    assert.ok(waitMs(1, random, null) < 10_000);
    const waits = Array.from({ length: 12 }, (_, n) => waitMs(n + 1, random, null));
    assert.deepEqual(
      waits,
      waits.toSorted((a, b) => a - b),
    );
    const whole = waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(whole > 0.75 * DAY_MS && whole < 1.3 * DAY_MS, `${whole / HOUR_MS} h`);
    assert.equal(waitMs(20, random, null), waits.at(-1), 'further retries keep the last wait');
  }
  assert.notEqual(
    waitMs(1, 0, null),
    waitMs(1, 1, null),
    'what failed together does not come again together',
  );
});

test('a receiver may ask for more time, within bounds, and not for less', () => {
  assert.equal(waitMs(1, 0.5, 60_000), 60_000);
  assert.equal(waitMs(1, 0.5, 1), 5000);
  assert.equal(waitMs(1, 0.5, 400 * DAY_MS), 8 * HOUR_MS);
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(parseRetryAfter('120', now), 120_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000);
  assert.equal(parseRetryAfter('Thu, 01 Jan 2015 00:01:00 GMT', now), 0);
  for (const text of [undefined, '', '-1', '1.5', 'soon', '99999999999', '2027-01-01'] as const) {
    assert.equal(parseRetryAfter(text, now), null, String(text));
  }
});

test('an endpoint is given up when nothing has reached it for five days in many attempts, and not before', () => {
  const now = Date.parse('2026-01-10T00:00:00Z');
  const since = (ms: number) => new Date(now - ms).toISOString();
  assert.equal(isGivenUp({ failingSince: since(5 * DAY_MS), failures: 20 }, now), true);
  assert.equal(isGivenUp({ failingSince: since(5 * DAY_MS - 1), failures: 9999 }, now), false);
  assert.equal(isGivenUp({ failingSince: since(50 * DAY_MS), failures: 19 }, now), false);
  assert.equal(isGivenUp({ failingSince: null, failures: 0 }, now), false);
});

test('an endpoint that fails gets few attempts at once, then one; one that answers gets more and more', () => {
  const after = (window: number, outcomes: boolean[], failures = 0) =>
    outcomes.reduce((now, succeeded) => windowAfter(now, succeeded, { failures }), window);
  assert.equal(after(WINDOW.first, Array(10).fill(true)), WINDOW.first + 10);
  assert.equal(after(WINDOW.first, Array(1000).fill(true)), WINDOW.most);
  assert.equal(after(WINDOW.most, [false]), WINDOW.most / 2);
  assert.equal(after(WINDOW.most, Array(19).fill(false)), WINDOW.least);
  assert.equal(after(WINDOW.most, [false], 20), 1);
});
