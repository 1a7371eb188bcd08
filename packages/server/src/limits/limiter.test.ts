import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RateLimit } from '@instavm/contract';
import fc from 'fast-check';
import { NO_ACCOUNT_SETTINGS, NO_ENVIRONMENT_SETTINGS } from '../auth/account-settings.ts';
import { Owners } from '../auth/owners.ts';
import { keyPrincipal } from '../auth/principal.ts';
import { activeOwner, indexedKey } from '../testing/indexed-key.ts';
import { parseFieldList } from '../testing/structured-field.ts';
import { cellMemory, type Pace, paceOf } from './gcra.ts';
import { Limiter } from './limiter.ts';

const OPERATION = { id: 'vms.list' };

/** Limits that a test can reach. */
const limit: fc.Arbitrary<RateLimit> = fc.record({
  requests: fc.integer({ min: 1, max: 5000 }),
  windowSeconds: fc.integer({ min: 1, max: 3600 }),
  burst: fc.integer({ min: 1, max: 12 }),
});
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { freq: 3 });

const limitsInForce = fc.record({
  key: maybe(limit),
  environment: maybe(limit),
  account: maybe(limit),
  operator: maybe(limit),
  concurrent: maybe(fc.integer({ min: 1, max: 8 })),
});
type LimitsInForce = typeof limitsInForce extends fc.Arbitrary<infer T> ? T : never;

/** One key of one account under a clock of the test's own. */
function world() {
  const owners = new Owners();
  const owner = activeOwner(owners);
  let nowMs = 5;
  const limiter = new Limiter({ owners, keyDefault: null, monotonicMs: () => nowMs });
  const cells = cellMemory(1);
  let key: Pace | null = null;
  return {
    set(limits: LimitsInForce) {
      const inForce = (one: RateLimit | null) => one && paceOf(one);
      key = inForce(limits.key);
      owner.account.settings = {
        ...NO_ACCOUNT_SETTINGS,
        rateLimit: inForce(limits.account),
        operatorRateLimit: inForce(limits.operator),
        concurrentRequests: limits.concurrent,
        environments: new Map([
          ['testing', { ...NO_ENVIRONMENT_SETTINGS, rateLimit: inForce(limits.environment) }],
        ]),
      };
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
    ask() {
      const rate = { text: key?.text ?? '', rate: key, concurrent: null };
      const known = indexedKey({ owner, environment: 'testing', cells, limits: rate });
      return limiter.admit(keyPrincipal(known, '0123456789AB', 'x-api-key'), OPERATION);
    },
  };
}

/** Remaining of each policy as the headers of this answer say. */
function remaining(state: string): Map<string, number> {
  return new Map(parseFieldList(state).map(({ name, params }) => [name, Number(params.r)]));
}

test('property: whoever waits as long as a refusal says is let in, whatever limits there are together', () => {
  let refusals = 0;
  fc.assert(
    fc.property(limitsInForce, (limits) => {
      const { set, ask, advance } = world();
      set({ ...limits, concurrent: null });
      for (let i = 0; i < 40; i++) {
        const seconds = ask()?.refusal?.retryAfterSeconds;
        if (seconds === undefined) continue;
        refusals += 1;
        assert.ok(Number.isInteger(seconds) && seconds >= 1);
        advance(seconds * 1000);
        assert.equal(ask()?.refusal, null);
      }
    }),
  );
  assert.ok(refusals > 1000, `control: ${refusals}`);
});

test('property: a refused request takes nothing from any limit, and a served one exactly one of each', () => {
  fc.assert(
    fc.property(limitsInForce, (limits) => {
      const { set, ask } = world();
      set(limits);
      let before = new Map<string, number>();
      for (let i = 0; i < 30; i++) {
        const admission = ask();
        if (admission === null) return;
        const after = remaining(admission.state.state);
        for (const [policy, left] of before) {
          assert.equal(after.get(policy), admission.refusal ? left : left - 1, `${policy} after ${i}`);
        }
        assert.equal(
          admission.refusal === null,
          [...before.values()].every((left) => left > 0),
        );
        for (const policy of admission.refusal?.violated ?? []) assert.equal(after.get(policy), 0, policy);
        before = after;
      }
    }),
  );
});

test('property: limits that change while they are used lock nobody out', () => {
  const changes = fc.array(fc.tuple(limitsInForce, fc.nat(30), fc.nat(100_000)), {
    minLength: 2,
    maxLength: 6,
  });
  fc.assert(
    fc.property(changes, (steps) => {
      const { set, ask, advance } = world();
      for (const [limits, tries, pauseMs] of steps) {
        set({ ...limits, concurrent: null });
        for (let i = 0; i < tries; i++) ask();
        const longest = Math.max(
          ...[limits.key, limits.environment, limits.account, limits.operator].map((limit) =>
            limit ? Math.ceil(limit.windowSeconds / limit.requests) : 0,
          ),
        );
        const seconds = ask()?.refusal?.retryAfterSeconds;
        if (seconds !== undefined) {
          assert.ok(seconds <= longest, `${seconds} s, and a request takes ${longest}`);
          advance(seconds * 1000);
          assert.equal(ask()?.refusal ?? null, null);
        }
        advance(pauseMs);
      }
    }),
  );
});
