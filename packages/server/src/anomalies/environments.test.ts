import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, FAR, usedKey, WatchedKey } from '../testing/key-use.ts';
import { sentenceOf } from './sentence.ts';

const FOREIGN = { environment: 'development', foreign: 'production', place: FAR };
const inside = { environment: 'production', isInside: true };
const outside = { environment: 'production', isInside: false, place: FAR };

test("a key in another environment's networks is told at its first use", () => {
  const [found] = new WatchedKey().findings(FOREIGN);
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    'A key of development was used from 203.0.113.0/24, in the networks of production.',
  );
  assert.deepEqual(new WatchedKey().use({ ...FOREIGN, foreign: null }), []);
});

test("a key outside its environment's networks is told once it was inside", () => {
  const key = new WatchedKey();
  assert.deepEqual(key.use(outside), [], 'nobody knows yet whether the networks are complete');
  key.use(inside);
  const [found] = key.findings({ ...outside, atMs: key.atMs + DAY_MS });
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    'A key of production was used from 203.0.113.0/24, outside the networks of production that it was used from before.',
  );
});

test('a key that is used outside day after day has networks that nobody wrote down', () => {
  const key = new WatchedKey();
  for (let day = 0; day < 4; day++) {
    key.use({ ...outside, atMs: key.atMs + DAY_MS });
    key.use(inside);
  }
  assert.deepEqual(key.use({ ...outside, atMs: key.atMs + DAY_MS }), []);
  key.useDaily(20, inside);
  assert.ok(key.use({ ...outside, atMs: key.atMs + DAY_MS }).includes('wrong_environment'), 'long ago');
});

test('it is told once in five minutes', () => {
  const key = usedKey();
  assert.ok(key.use(FOREIGN).includes('wrong_environment'));
  assert.ok(!key.use(FOREIGN).includes('wrong_environment'));
  assert.ok(key.use({ ...FOREIGN, atMs: key.atMs + 300_000 }).includes('wrong_environment'));
});
