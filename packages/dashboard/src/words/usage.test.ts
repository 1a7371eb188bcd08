import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyInWords, requestsInWords, share, stepInWords } from './usage.ts';

test('figures are said in words, and a little is never nothing', () => {
  assert.equal(requestsInWords({ requests: 0, errors: 0 }), 'No requests');
  assert.equal(requestsInWords({ requests: 1, errors: 0 }), '1 request');
  assert.equal(requestsInWords({ requests: 12_345, errors: 25 }), '12,345 requests, 0.2 % errors');
  assert.equal(share(1, 1_000_000), '< 0.1 %');
  assert.equal(latencyInWords({ p50: 1.23, p95: 3, p99: 20.4 }), '1.2 ms half, 20 ms at most for 99 of 100');
  assert.equal(latencyInWords(null), 'None');
});

test('a day is named as the server counts it', () => {
  assert.equal(stepInWords('2026-11-25T00:00:00.000Z', 'day'), '2026-11-25');
  assert.match(stepInWords('2026-11-25T10:05:00.000Z', 'minute'), /^2026-11-2\d \d\d:\d5$/);
});
