import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRateLimit, parseRateLimit, rateLimitProblem } from './rate-limit.ts';
import { concurrentRequests, rateLimit } from './schemas/limits.ts';

test('a limit is read as requests, seconds and burst', () => {
  assert.deepEqual(parseRateLimit('100/60s,burst=20'), { requests: 100, windowSeconds: 60, burst: 20 });
  assert.deepEqual(parseRateLimit('1/86400s,burst=1'), { requests: 1, windowSeconds: 86_400, burst: 1 });
  assert.equal(parseRateLimit('off'), 'off');
});

test('anything else is no limit rather than a guessed one', () => {
  const bad = [
    '',
    'OFF',
    '100',
    '100/60',
    '100/60s',
    '100/1m,burst=2',
    '0/60s,burst=1',
    '1/0s,burst=1',
    '1/1s,burst=0',
  ];
  for (const text of [
    ...bad,
    '1/86401s,burst=1',
    ' 1/1s,burst=1',
    '1/1s,burst=1\n',
    '-1/1s,burst=1',
    '1e3/1s,burst=1',
  ]) {
    assert.equal(parseRateLimit(text), null, JSON.stringify(text));
  }
});

test('a limit is written as it is read', () => {
  for (const text of ['100/60s,burst=20', '1/86400s,burst=9999999']) {
    const limit = parseRateLimit(text);
    assert.ok(limit !== null && limit !== 'off');
    assert.equal(formatRateLimit(limit), text);
    assert.equal(rateLimitProblem(text), null);
  }
  assert.equal(rateLimitProblem('off'), null);
});

test('zero, negative and absurd limits are refused with the range of the number that is wrong', () => {
  for (const [text, says] of [
    ['0/60s,burst=1', /requests may be 1 to 9999999, not 0/],
    ['-5/60s,burst=1', /requests may be 1 to 9999999, not -5/],
    ['99999999/60s,burst=1', /requests may be 1 to 9999999, not 99999999/],
    ['1/0s,burst=1', /the window may be 1 s to 86400 s, not 0 s/],
    ['1/86401s,burst=1', /the window may be 1 s to 86400 s, not 86401 s/],
    ['1/1s,burst=0', /burst may be 1 to 9999999, not 0/],
    ['1/1s,burst=-1', /burst may be 1 to 9999999, not -1/],
    ['1.5/1s,burst=1', /1 to 9999999 requests in 1 to 86400 s.*whole numbers/],
    ['1/1s', /neither off nor a limit like/],
    ['9'.repeat(100_000), /neither off nor a limit like/],
  ] as const) {
    assert.match(rateLimitProblem(text) ?? '', says, text.slice(0, 40));
    assert.match(rateLimit.safeParse(text).error?.issues[0]?.message ?? '', says);
  }
  for (const bad of [0, -1, 100_001, 1.5, '5', Number.NaN]) {
    const messages = concurrentRequests.safeParse(bad).error?.issues.map(({ message }) => message);
    assert.deepEqual(new Set(messages), new Set(['is a whole number from 1 to 100000']), String(bad));
  }
});
