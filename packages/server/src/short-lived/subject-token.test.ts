import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unsigned } from '../testing/issuer.ts';
import { CLOCK_SKEW_SECONDS, keyEndMs, readToken, timesProblem } from './subject-token.ts';

const NOW = 1_800_000_000;
const right = { iss: 'a', sub: 'b', aud: 'c', iat: NOW, exp: NOW + 300 };
const read = (given: object = {}) => readToken(unsigned({ alg: 'RS256' }, { ...right, ...given }, 'x'));

function claimsOf(given: object = {}) {
  const found = read(given);
  assert.ok(found.ok);
  return found.value;
}

test('property: a key ends when it was asked to, and never later than both its token and an hour after the token', () => {
  fc.assert(
    fc.property(
      fc.record({
        life: fc.integer({ min: 1, max: 86_400 }),
        age: fc.integer({ min: -60, max: 86_400 }),
        policySeconds: fc.integer({ min: 60, max: 3600 }),
        asked: fc.integer({ min: 1, max: 1_000_000 }),
      }),
      ({ life, age, policySeconds, asked }) => {
        const nowMs = NOW * 1000;
        const iat = NOW - age;
        const exp = iat + life;
        const lifetimeSeconds = Math.min(asked, policySeconds);
        const endMs = keyEndMs({ iat, exp }, { lifetimeSeconds, policySeconds }, nowMs);
        assert.ok(endMs <= nowMs + Math.min(asked, policySeconds, 3600) * 1000);
        assert.ok(endMs <= Math.max(exp, iat + policySeconds) * 1000);
        const later = keyEndMs({ iat, exp }, { lifetimeSeconds, policySeconds }, nowMs + 50_000);
        assert.ok(later <= Math.max(exp, iat + policySeconds) * 1000, 'asked again later, it is no later');
      },
    ),
  );
});

test('times are judged to the second, a minute either way being allowed', () => {
  for (const [given, isRight] of [
    [{ exp: NOW - CLOCK_SKEW_SECONDS + 1, iat: NOW - 400 }, true],
    [{ exp: NOW - CLOCK_SKEW_SECONDS, iat: NOW - 400 }, false],
    [{ nbf: NOW + CLOCK_SKEW_SECONDS }, true],
    [{ nbf: NOW + CLOCK_SKEW_SECONDS + 1 }, false],
    [{ iat: NOW + CLOCK_SKEW_SECONDS }, true],
    [{ iat: NOW + CLOCK_SKEW_SECONDS + 1 }, false],
    [{ exp: NOW + 86_400 }, true],
    [{ exp: NOW + 86_401 }, false],
    [{ iat: NOW + 10, exp: NOW + 10 }, false],
  ] as const) {
    assert.equal(timesProblem(claimsOf(given), NOW) === null, isRight, JSON.stringify(given));
  }
});

test('claims of another type are refused one by one, whatever else the token says', () => {
  for (const given of [
    ...[0, null, {}, [], '', 'x'.repeat(1001)].flatMap((value) => [{ iss: value }, { sub: value }]),
    ...[0, null, {}, [], [1], ['a', ''], Array.from({ length: 21 }, () => 'a')].map((aud) => ({ aud })),
    ...['1', null, {}, -1, 0, 1e18].flatMap((value) => [{ exp: value }, { iat: value }]),
    { nbf: '1' },
  ]) {
    assert.equal(read(given).ok, false, JSON.stringify(given).slice(0, 60));
  }
  assert.ok(read({ nbf: undefined, aud: ['a', 'b'], more: { deep: [1] } }).ok, 'control');
});

test('property: no text makes reading fail otherwise than with words', () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const found = readToken(parts.join('.'));
      assert.ok(found.ok || found.problem.length > 10);
    }),
    { numRuns: 2000 },
  );
});
