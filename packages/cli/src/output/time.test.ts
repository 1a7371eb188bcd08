import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationInWords, durationSeconds, exactTime, moment, momentText, timeInWords } from './time.ts';

const NOW = Date.parse('2027-06-01T10:00:00.000Z');

test('durations are told in the largest unit of which there are two', () => {
  const table: [number, string][] = [
    [0, '0 seconds'],
    [1, '1 second'],
    [119, '119 seconds'],
    [3600, '60 minutes'],
    [129_600, '36 hours'],
    [259_199, '3 days'],
    [259_200, '3 days'],
    [250_000, '2 days'],
  ];
  for (const [seconds, words] of table) assert.equal(durationInWords(seconds), words);
});

test('times are told from now, and exactly beside it', () => {
  assert.equal(timeInWords('2027-05-29T10:00:00Z', NOW), '3 days ago');
  assert.equal(timeInWords('2027-06-01T13:00:00Z', NOW), 'in 3 hours');
  assert.equal(timeInWords('2027-06-01T10:00:01Z', NOW), 'just now');
  assert.equal(timeInWords(null, NOW), null);
  assert.equal(exactTime('2027-06-04T10:00:00Z', NOW), '2027-06-04T10:00:00Z (in 3 days)');
});

test('a time is given as it is or as so long from now; anything else is refused', () => {
  assert.equal(momentText(moment('2h'), NOW), '2027-06-01T12:00:00.000Z');
  assert.equal(momentText(moment('2027-06-02T00:00:00Z'), NOW), '2027-06-02T00:00:00Z');
  for (const text of ['', '90', '2', 'tomorrow', '2027-99-99', '1.5h', '-1h']) {
    assert.throws(() => moment(text), /is no time like/, text);
  }
  assert.equal(durationSeconds('90d'), 90 * 86_400);
});
