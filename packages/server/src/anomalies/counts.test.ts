import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, usedKey, WatchedKey } from '../testing/key-use.ts';
import { sentenceOf } from './sentence.ts';
import { trust } from './trust.ts';

/** Three weeks with at most 60 requests in five minutes. */
function steady(): WatchedKey {
  const key = new WatchedKey();
  for (let day = 0; day < 21; day++) {
    key.use({ requests: 20 + 2 * day, atMs: key.atMs + DAY_MS });
    key.use({ requests: 1, atMs: key.atMs + DAY_MS / 2 });
  }
  return key;
}

const nextDay = (key: WatchedKey) => key.atMs + DAY_MS;

test('a rate far above the highest of the last weeks is told, with both', () => {
  const key = steady();
  const [found] = key.findings({ requests: 1240, atMs: nextDay(key) });
  assert.equal(sentenceOf(found!.kind, found!.figures), '1,240 requests in 5 minutes; usually at most 60.');
});

test('a rate is counted over five minutes, from all places together, and told again while it grows', () => {
  const key = steady();
  const atMs = nextDay(key);
  assert.deepEqual(key.use({ requests: 500, atMs }), []);
  assert.deepEqual(key.use({ requests: 400, atMs: atMs + 1000 }), ['rate']);
  assert.deepEqual(key.use({ requests: 10, atMs: atMs + 2000 }), []);
  assert.deepEqual(key.use({ requests: 900, atMs: atMs + 3000 }), ['rate']);
  assert.deepEqual(key.use({ requests: 500, atMs: atMs + 300_000 }), [], 'control: the next five minutes');
});

test('twice the usual, or a hundred times very little, is not far above it', () => {
  const key = steady();
  assert.deepEqual(key.use({ requests: 200, atMs: nextDay(key) }), []);
  assert.deepEqual(usedKey().use({ requests: 500 }), []);
});

test('an attack does not make itself usual, and what lasts for three days does', () => {
  const key = steady();
  assert.deepEqual(key.use({ requests: 2000, atMs: nextDay(key) }), ['rate']);
  assert.deepEqual(key.use({ requests: 2000, atMs: nextDay(key) }), ['rate']);
  assert.deepEqual(key.use({ requests: 2000, atMs: nextDay(key) }), ['rate']);
  assert.deepEqual(key.use({ requests: 2000, atMs: nextDay(key) }), []);
});

test('a rate that somebody found to be right is usual from then on', () => {
  const key = steady();
  const [found] = key.findings({ requests: 2000, atMs: nextDay(key) });
  key.profile = trust(key.profile, { ...found!, subject: null });
  assert.deepEqual(key.use({ requests: 2000, atMs: nextDay(key) }), []);
});

test('slow growth is no anomaly', () => {
  const key = new WatchedKey();
  let requests = 100;
  for (let day = 0; day < 120; day++) {
    requests *= 1.03;
    assert.deepEqual(key.use({ requests: Math.round(requests), atMs: nextDay(key) }), []);
  }
});

test('a burst of refusals is told, without history only a large one', () => {
  const [found] = usedKey().findings({ requests: 48, denied: 48 });
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    '48 requests refused with 401 or 403 in 5 minutes; usually none.',
  );
  assert.deepEqual(usedKey().use({ requests: 20, denied: 20 }), []);
  assert.deepEqual(new WatchedKey().use({ requests: 48, denied: 48 }), []);
  assert.deepEqual(new WatchedKey().use({ requests: 120, denied: 120 }), ['refusals']);
});

test('a burst against a limit is told apart from what may not be done', () => {
  const [found] = usedKey().findings({ requests: 400, limited: 400 });
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    '400 requests refused by a limit in 5 minutes; usually none.',
  );
});

test('refusals of a dead key are counted, and are no use of it', () => {
  const key = usedKey();
  const before = key.profile;
  assert.deepEqual(key.use({ requests: 0, denied: 50, atMs: key.atMs + 60 * DAY_MS }), ['refusals']);
  assert.deepEqual(
    [key.profile.lastMs, key.profile.days, key.profile.places],
    [before.lastMs, before.days, before.places],
  );
});
