import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKey } from '@instavm/keyformat';
import { bootstrap, cropped, measurePairs, pairedT } from '../testing/paired-timing.ts';
import { indexOfKeys, indexOfTokens, mintToken, wrongPairs } from '../testing/wrong-keys.ts';
import { authenticator } from './authenticate.ts';

// A million pairs are measured by bench/timing.ts; these few find what would show within seconds of asking.
const PAIRS = 20_000;
const T_MAX = 10;
/** Whatever else runs here can disturb one look; a difference that is there is seen by each. */
const LOOKS = 3;

const { index, tokens, peppers, texts } = indexOfKeys(2000);
const pairs = wrongPairs(texts);

function leastT(of: keyof typeof pairs, work: (text: string) => unknown, among = pairs) {
  const looks = Array.from({ length: LOOKS }, () => {
    const kept = cropped(measurePairs(PAIRS, among[of], work), 0.9);
    return { ...pairedT(kept), ...bootstrap(kept, 100) };
  });
  return looks.reduce((best, look) => (Math.abs(look.t) < Math.abs(best.t) ? look : best));
}

const authenticate = authenticator({ index, tokens, peppers, now: Date.now });
const check = (text: string) => authenticate(text, 'x-api-key');

for (const of of Object.keys(pairs) as (keyof typeof pairs)[]) {
  test(`abuse case 16: the time of a refusal does not tell apart: ${of}`, (t) => {
    const { t: value, meanNs, lowNs, highNs } = leastT(of, check);
    t.diagnostic(
      `t ${value.toFixed(2)}, ${meanNs.toFixed(1)} ns (${lowNs.toFixed(1)} to ${highNs.toFixed(1)})`,
    );
    assert.ok(Math.abs(value) < T_MAX, `t ${value}, mean difference ${meanNs} ns`);
  });
}

const ofTokens = indexOfTokens(2000);
const tokenPairs = wrongPairs(ofTokens.texts, mintToken);
const authenticateToken = authenticator({ ...ofTokens, now: Date.now });

for (const of of Object.keys(tokenPairs) as (keyof typeof pairs)[]) {
  test(`abuse case 16: of a sandbox token, the time of a refusal does not tell apart: ${of}`, (t) => {
    const check = (text: string) => authenticateToken(text, 'x-api-key');
    const { t: value, meanNs } = leastT(of, check, tokenPairs);
    t.diagnostic(`t ${value.toFixed(2)}, ${meanNs.toFixed(1)} ns`);
    assert.ok(Math.abs(value) < T_MAX, `t ${value}, mean difference ${meanNs} ns`);
  });
}

test('abuse case 16: control: the same look finds a check that gives up early', () => {
  const known = new Set(texts.map((text) => text.slice(11, 23)));
  const hasty = (text: string) => known.has(parseKey(text)!.publicId) && check(text);
  const byId = leastT('an unknown id, a wrong secret', hasty);
  assert.ok(byId.t < -T_MAX, `unknown id: t ${byId.t}`);
  const whole = new Map(texts.map((text) => [text.slice(0, 23), text]));
  const byLetter = (text: string) => {
    const right = whole.get(text.slice(0, 23))!;
    for (let at = 0; at < 55; at++) if (text[at] !== right[at]) return false;
    return true;
  };
  const byPlace = leastT('the first character of a secret wrong, the last one wrong', byLetter);
  assert.ok(byPlace.t < -T_MAX, `place: t ${byPlace.t}`);
});
