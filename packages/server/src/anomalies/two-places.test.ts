import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, FAR, HOME, usedKey, WatchedKey } from '../testing/key-use.ts';
import { sentenceOf } from './sentence.ts';

const TURNS = [HOME, FAR, HOME, FAR, HOME];

/** Kinds found while the key is used in these places, a minute after each other. */
const inTurn = (key: WatchedKey, places: string[], gapMs = 60_000) =>
  places.flatMap((place) => key.use({ place, atMs: key.atMs + gapMs }));

test('two far places in turn are told, with how often it changed', () => {
  const key = usedKey();
  const found = TURNS.flatMap((place) => key.findings({ place })).find(({ kind }) => kind === 'two_places');
  assert.equal(found!.subject, FAR);
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    'Used in turn from 203.0.113.0/24 and 198.51.100.0/24: 4 changes within 3 minutes; usually it is in one place at a time.',
  );
});

test('a move from one place to another is not two places at once, and neither is a way back', () => {
  const found = inTurn(usedKey(), [HOME, FAR, FAR, FAR, FAR, FAR]);
  assert.ok(!found.includes('two_places'));
  assert.ok(!inTurn(usedKey(), [HOME, FAR, FAR, HOME, HOME]).includes('two_places'));
  assert.ok(inTurn(usedKey(), TURNS).includes('two_places'), 'control');
});

test('changes that take hours are journeys', () => {
  assert.ok(!inTurn(usedKey(), TURNS, 20 * 60_000).includes('two_places'));
});

test('IPv4 and IPv6 in turn are one machine, and so are networks of one provider', () => {
  const ipv6 = '2001:db8:1::/48';
  assert.ok(!inTurn(usedKey(), [HOME, ipv6, HOME, ipv6, HOME, ipv6]).includes('two_places'));
  const beside = '198.51.7.0/24';
  assert.ok(!inTurn(usedKey(), [HOME, beside, HOME, beside, HOME, beside]).includes('two_places'));
});

test('a thief is seen although the owner has both kinds of addresses', () => {
  const key = usedKey();
  const ipv6 = '2001:db8:1::/48';
  assert.ok(inTurn(key, [HOME, FAR, ipv6, HOME, ipv6, FAR, HOME, FAR]).includes('two_places'));
});

test('a key that is at home in two places, or often in two at once, is in neither of them too much', () => {
  const commuter = new WatchedKey();
  for (let day = 0; day < 30; day++) {
    commuter.use({ place: day % 2 === 0 ? HOME : FAR, atMs: commuter.atMs + DAY_MS });
  }
  assert.deepEqual(inTurn(commuter, TURNS), []);
  const service = new WatchedKey();
  for (let day = 0; day < 30; day++) {
    service.atMs += DAY_MS;
    inTurn(service, TURNS);
  }
  const third = '192.0.2.0/24';
  assert.ok(!inTurn(service, [HOME, third, HOME, third, HOME, third]).includes('two_places'));
});
