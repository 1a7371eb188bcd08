import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDailyRequests, requestsOfKey } from './daily-requests.ts';

const NOW = Date.parse('2026-11-25T14:00:00Z');
const row = (subject: string, day: string, requests: number) =>
  `${JSON.stringify({ at: `${day}T00:00:00.000Z`, subject, label: null, requests, errors: 0 })}\n`;

test('each day has its place, and a day without use is none', () => {
  const read = readDailyRequests(row('3', '2026-11-19', 7) + row('3', '2026-11-25', 2), NOW);
  assert.deepEqual([read.days[0], read.days[6], read.days.length], ['2026-11-19', '2026-11-25', 7]);
  assert.deepEqual(requestsOfKey(read, 3), [7, 0, 0, 0, 0, 0, 2]);
});

test('a key that the server does not name was not used, also when it names none', () => {
  const zeros = [0, 0, 0, 0, 0, 0, 0];
  assert.deepEqual(requestsOfKey(readDailyRequests(row('3', '2026-11-25', 2), NOW), 4), zeros);
  assert.deepEqual(requestsOfKey(readDailyRequests('', NOW), 4), zeros);
});

test('a key that may be counted among others is not said to be unused', () => {
  const read = readDailyRequests(row('3', '2026-11-25', 2) + row('other', '2026-11-25', 9), NOW);
  assert.equal(requestsOfKey(read, 4), null);
  assert.deepEqual(requestsOfKey(read, 3)?.at(-1), 2);
});

test('a clock that is a day behind does not hide what was used today', () => {
  const text = row('3', '2026-11-25', 2) + row('4', '2026-11-20', 1);
  const read = readDailyRequests(text, NOW - 86_400_000);
  assert.deepEqual(requestsOfKey(read, 3), [0, 0, 0, 0, 0, 0, 2]);
  assert.deepEqual(requestsOfKey(read, 4), [0, 1, 0, 0, 0, 0, 0]);
});
