import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { FirstRun } from './first-run.ts';

test('the link is open from the start to the first person, for its own token alone', () => {
  const firstRun = new FirstRun();
  assert.equal(firstRun.isOpen, false);
  assert.equal(firstRun.accepts(''), false);
  const token = firstRun.open(randomBytes);
  assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(firstRun.accepts(token), true);
  for (const wrong of ['', token.slice(1), `${token}x`, token.toLowerCase(), ` ${token}`]) {
    assert.equal(firstRun.accepts(wrong), false, wrong);
  }
  firstRun.close();
  assert.equal(firstRun.isOpen, false);
  assert.equal(firstRun.accepts(token), false);
});

test('each start has a token of its own', () => {
  const firstRun = new FirstRun();
  const before = firstRun.open(randomBytes);
  firstRun.open(randomBytes);
  assert.equal(firstRun.accepts(before), false);
});
