import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptCounter } from './attempts.ts';

const RULE = { window: 60, max: 3 };

test('security: no window of a minute, wherever it begins, lets more than the limit through', async () => {
  let nowMs = 0;
  const counter = attemptCounter(() => nowMs);
  const allowedAt: number[] = [];
  for (nowMs = 0; nowMs < 300_000; nowMs += 1000) {
    if ((await counter.consume('a', RULE)).allowed) allowedAt.push(nowMs);
  }
  for (const start of allowedAt) {
    const inWindow = allowedAt.filter((at) => at >= start && at < start + 60_000);
    assert.ok(inWindow.length <= 3, `${inWindow}`);
  }
  assert.equal(allowedAt.length, 15);
});

test('whoever waits as long as they are told is let in, and not a second before', async () => {
  let nowMs = 1_000_000;
  const counter = attemptCounter(() => nowMs);
  for (let n = 0; n < 3; n++) {
    await counter.consume('a', RULE);
    nowMs += 1500;
  }
  const { allowed, retryAfter } = await counter.consume('a', RULE);
  assert.equal(allowed, false);
  nowMs += (retryAfter! - 1) * 1000;
  assert.equal((await counter.consume('a', RULE)).allowed, false);
  nowMs += 1000;
  assert.equal((await counter.consume('a', RULE)).allowed, true);
});

test('one caller does not use up what another has', async () => {
  const counter = attemptCounter(() => 0);
  for (let n = 0; n < 5; n++) await counter.consume('a', RULE);
  assert.equal((await counter.consume('a', RULE)).allowed, false);
  assert.equal((await counter.consume('b', RULE)).allowed, true);
});

test('a flood of callers is forgotten from its quiet end, so that memory stays bounded', async () => {
  const counter = attemptCounter(() => 0, 2);
  for (const caller of ['a', 'b', 'c']) for (let n = 0; n < 4; n++) await counter.consume(caller, RULE);
  assert.equal((await counter.consume('c', RULE)).allowed, false);
  assert.equal((await counter.consume('a', RULE)).allowed, true);
});
