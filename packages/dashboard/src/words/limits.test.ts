import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineTimeInWords, rateLimitInWords } from './limits.ts';

test('a limit is said in words', () => {
  assert.equal(rateLimitInWords('100/60s,burst=20'), '100 requests a minute, 20 at once');
  assert.equal(rateLimitInWords('1/3600s,burst=1'), '1 request an hour, 1 at once');
  assert.equal(rateLimitInWords('5000/90s,burst=1200'), '5,000 requests in 90 s, 1,200 at once');
  assert.equal(rateLimitInWords('off'), 'No limit');
});

test('seconds of machines are hours', () => {
  assert.equal(machineTimeInWords(45), '45 s');
  assert.equal(machineTimeInWords(90), '1.5 min');
  assert.equal(machineTimeInWords(3600), '1 hour');
  assert.equal(machineTimeInWords(9000), '2.5 hours');
  assert.equal(machineTimeInWords(36_000_000), '10,000 hours');
});
