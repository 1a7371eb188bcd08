import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock } from './clock.ts';

function clockAt(wall: number) {
  const time = { wall, monotonic: 50 };
  const now = steadyClock(
    () => time.wall,
    () => time.monotonic,
  );
  const pass = (ms: number) => {
    time.wall += ms;
    time.monotonic += ms;
  };
  return { time, now, pass };
}

test('time goes on with the wall clock', () => {
  const { now, pass } = clockAt(1000);
  pass(250.5);
  assert.equal(now(), 1250);
});

test('a wall clock set forward is followed at once', () => {
  const { time, now } = clockAt(1000);
  time.wall += 300_000;
  assert.equal(now(), 301_000);
});

test('abuse case 26: a wall clock set back takes no time back, and time still goes on', () => {
  const { time, now, pass } = clockAt(1_000_000);
  time.wall -= 300_000;
  assert.equal(now(), 1_000_000);
  pass(1000);
  assert.equal(now(), 1_001_000);
});

test('abuse case 26: a leap of a second back and forth changes nothing', () => {
  const { time, now } = clockAt(5000);
  time.wall -= 1000;
  now();
  time.wall += 1000;
  assert.equal(now(), 5000);
});
