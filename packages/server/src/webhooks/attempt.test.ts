import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './attempt.ts';

const at = {
  startedAtMs: Date.parse('2026-01-01T00:00:00Z'),
  nowMs: Date.parse('2026-01-01T00:00:01Z'),
  random: () => 0.5,
};
const answered = (statusCode: number, retryAfter?: string) => ({
  statusCode,
  error: null,
  retryAfter,
  durationMs: 12.4,
  answer: null,
});
const fresh = { attempt_count: 0, attempts: '[]' };

test('only a 2xx is a success; a redirect is not followed, and says so', () => {
  for (const code of [200, 201, 204, 299])
    assert.equal(judge(fresh, 12, answered(code), at).status, 'succeeded');
  for (const code of [199, 300, 302, 308, 400, 404, 429, 500, 503, 999]) {
    assert.equal(judge(fresh, 12, answered(code), at).status, 'failed', String(code));
  }
  assert.match(judge(fresh, 12, answered(302), at).attempt.error ?? '', /302; redirects are not followed/);
});

test('an attempt says when it began, how long it took and what went wrong', () => {
  const { attempt, nextAttemptAtMs } = judge(fresh, 12, answered(500, '60'), at);
  assert.deepEqual(attempt, {
    at: '2026-01-01T00:00:00.000Z',
    status_code: 500,
    duration_ms: 12,
    error: 'It answered 500.',
  });
  assert.equal(nextAttemptAtMs, at.nowMs + 60_000);
});

test('after the last retry a delivery is dead, and at once when the receiver says it is gone', () => {
  assert.equal(judge({ attempt_count: 11, attempts: '[]' }, 12, answered(500), at).status, 'failed');
  assert.equal(judge({ attempt_count: 12, attempts: '[]' }, 12, answered(500), at).status, 'dead');
  assert.equal(judge(fresh, 0, answered(500), at).status, 'dead');
  const gone = judge(fresh, 12, answered(410), at);
  assert.deepEqual([gone.status, gone.isGone, gone.nextAttemptAtMs], ['dead', true, null]);
});
