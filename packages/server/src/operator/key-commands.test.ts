import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './key-commands.ts';

test('a duration is a number and a unit', () => {
  assert.equal(parseDuration('1s'), 1000);
  assert.equal(parseDuration('30m'), 1_800_000);
  assert.equal(parseDuration('12h'), 43_200_000);
  assert.equal(parseDuration('90d'), 7_776_000_000);
});

test('anything else is no duration, and neither is one of nothing or one beyond all dates', () => {
  for (const text of ['', '0d', '90', 'd', '-1d', '1.5h', '1w', '1 d', '1d ', '1e3s', '٣d', '1000000d']) {
    assert.equal(parseDuration(text), null, text);
  }
});

test('the longest duration still ends on a date that can be written', () => {
  const end = new Date(Date.UTC(2100, 0) + parseDuration('36500d')!).toISOString();
  assert.match(end, /^21\d\d-/);
});
