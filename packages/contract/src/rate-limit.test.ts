import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRateLimit } from './rate-limit.ts';

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
