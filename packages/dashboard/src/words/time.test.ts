import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, duration, exactTime, relativeTime, timeLeft } from './time.ts';

const now = Date.parse('2026-07-29T12:00:00Z');
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test('a time is told relative to now, in one unit that never rounds up', () => {
  const says = (ago: number) => relativeTime(now - ago, now);
  assert.equal(says(0), 'just now');
  assert.equal(says(4 * second), 'just now');
  assert.equal(says(59.9 * second), '59 s ago');
  assert.equal(says(minute), '1 min ago');
  assert.equal(says(59 * minute + 59 * second), '59 min ago');
  assert.equal(says(23 * hour), '23 h ago');
  assert.equal(says(day), '1 day ago');
  assert.equal(says(90 * day), '90 days ago');
  assert.equal(says(-2 * day), 'in 2 days');
  assert.equal(says(-90 * day + 20 * second), 'in 90 days');
  assert.equal(says(-90 * day + hour), 'in 89 days');
  assert.match(says(400 * day), /^2025-06-2\d$/);
});

test('a length of time shows its two largest units', () => {
  assert.equal(duration(0), '0 ms');
  assert.equal(duration(850), '850 ms');
  assert.equal(duration(1234), '1.2 s');
  assert.equal(duration(59 * second), '59 s');
  assert.equal(duration(4 * minute + 20 * second), '4 min 20 s');
  assert.equal(duration(2 * hour), '2 h');
  assert.equal(duration(3 * day + 4 * hour + 59 * minute), '3 d 4 h');
});

test('an age never runs backwards where clocks differ', () => {
  assert.equal(age(now - 3 * hour, now), '3 h');
  assert.equal(age(now + 2 * second, now), '0 s');
});

test('a life that is over has none left', () => {
  assert.equal(timeLeft(now, now), 'none');
  assert.equal(timeLeft(now + 90 * second, now), '1 min 30 s');
});

test('the exact time names its zone', () => {
  assert.match(exactTime(now), /^2026-07-\d\d \d\d:\d\d:00 UTC([+-]\d\d:\d\d)?$/);
});
