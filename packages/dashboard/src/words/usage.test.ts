import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysInWords, latencyInWords, requestsInWords, share, stepInWords } from './usage.ts';

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

test('days of requests are said with the busiest one, where there is one', () => {
  const days = [
    '2026-11-19',
    '2026-11-20',
    '2026-11-21',
    '2026-11-22',
    '2026-11-23',
    '2026-11-24',
    '2026-11-25',
  ];
  assert.equal(daysInWords(days, [10, 0, 30, 200, 0, 900, 100]), '1,240 requests in 7 days, most on Tuesday');
  assert.equal(daysInWords(days, [0, 0, 0, 0, 0, 0, 12]), '12 requests in 7 days, all on Wednesday');
  assert.equal(daysInWords(days, [1, 0, 0, 0, 0, 0, 0]), '1 request in 7 days, on Thursday');
  assert.equal(daysInWords(days, [5, 0, 5, 0, 0, 0, 0]), '10 requests in 7 days');
  assert.equal(daysInWords(days, [0, 0, 0, 0, 0, 0, 0]), 'No requests in 7 days');
});
