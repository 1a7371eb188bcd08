import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, FAR, HOME, usedKey, WatchedKey } from '../testing/key-use.ts';
import { sentenceOf } from './sentence.ts';
import { trust } from './trust.ts';

test('a network and a program that a key was never seen with are told with what was usual', () => {
  const key = usedKey();
  const [place, client] = key.findings({ place: FAR, program: 'curl' });
  assert.equal(
    sentenceOf(place!.kind, place!.figures),
    'First use from 203.0.113.0/24; on 21 days of use it came from 198.51.100.0/24 alone.',
  );
  assert.equal(
    sentenceOf(client!.kind, client!.figures),
    'First use by curl; on 21 days of use it was used by instavm-cli alone.',
  );
});

test('a new key learns first: nothing is new to it', () => {
  const key = new WatchedKey();
  const found = [key.use(), key.use({ place: FAR }), key.use({ program: 'curl' }), key.useDaily(4)].flat();
  assert.deepEqual([...found, ...key.use({ place: '192.0.2.0/24', program: 'wget' })], []);
});

test('a network beside a known one is told only when the program is new too', () => {
  const beside = '198.51.7.0/24';
  assert.deepEqual(usedKey().use({ place: beside }), []);
  assert.deepEqual(usedKey().use({ place: beside, program: 'curl' }), ['new_place', 'new_client']);
});

test('what other keys of the account are used with is told only together with something that nobody is', () => {
  const usual = { isUsualPlace: true, isUsualProgram: true };
  assert.deepEqual(usedKey().use({ place: FAR, isUsualPlace: true }), []);
  assert.deepEqual(usedKey().use({ program: 'curl', isUsualProgram: true }), []);
  assert.deepEqual(usedKey().use({ place: FAR, program: 'curl', ...usual }), []);
  const both = { place: FAR, program: 'curl', isUsualProgram: true };
  assert.deepEqual(usedKey().use(both), ['new_place', 'new_client']);
});

test('to a key that is used from somewhere new every other day a new place says nothing', () => {
  const key = new WatchedKey();
  for (let day = 0; day < 40; day++) {
    const place = day % 2 === 0 ? HOME : `20.${day}.1.0/24`;
    assert.deepEqual(key.use({ place, atMs: key.atMs + DAY_MS }), []);
  }
  assert.deepEqual(key.use({ place: FAR }), []);
  assert.deepEqual(key.use({ program: 'curl' }), ['new_client'], 'control: a program is as new as ever');
});

test('a place that was told goes on being told until it is a habit or trusted, and raises nothing anew', () => {
  const key = usedKey();
  assert.deepEqual(key.use({ place: FAR }), ['new_place']);
  assert.deepEqual(key.use({ place: FAR, atMs: key.atMs + 10 * 60_000 }), ['new_place again']);
  assert.deepEqual(key.use({ place: FAR }), [], 'once in five minutes');
  const trusted = trust(key.profile, { kind: 'new_place', subject: FAR, figures: {} });
  assert.deepEqual(key.useDaily(3, { place: FAR }), ['new_place again']);
  key.profile = trusted;
  assert.deepEqual(key.useDaily(1, { place: FAR }), []);
});
