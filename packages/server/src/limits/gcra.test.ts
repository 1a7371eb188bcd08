import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RateLimit } from '@instavm/contract';
import fc from 'fast-check';
import { askOne, cellMemory, paceOf, remainingOf, takenUp } from './gcra.ts';

/** One cell as the server uses it: 0 lets a request in, else the milliseconds until one is. */
function cell(first: RateLimit) {
  const memory = cellMemory(1);
  let pace = paceOf(first);
  return {
    ask: (nowMs: number) => askOne(pace, memory, 0, nowMs),
    remaining: (nowMs: number) => remainingOf(pace, takenUp(pace, memory, 0, nowMs)),
    change: (limit: RateLimit) => {
      pace = paceOf(limit);
    },
  };
}

/** The definition in exact fractions: times are counted in 1/N of a millisecond by whole numbers of any size. */
function oracle({ requests, windowSeconds, burst }: RateLimit) {
  const N = BigInt(requests);
  const step = BigInt(windowSeconds) * 1000n;
  let emptyAt = 0n;
  return (nowMs: number): number => {
    const now = BigInt(nowMs) * N;
    const full = BigInt(burst) * step;
    if (emptyAt < now) emptyAt = now;
    if (emptyAt > now + full) emptyAt = now + full;
    const over = emptyAt + step - now - full;
    if (over <= 0n) {
      emptyAt += step;
      return 0;
    }
    return Number((over + N - 1n) / N);
  };
}

const limits: fc.Arbitrary<RateLimit> = fc.record({
  requests: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9_999_999 })),
  windowSeconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 86_400 })),
  burst: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9_999_999 })),
});

/** Pauses between requests: none, to the millisecond, long; and clocks that jump forth and back. */
const pauses = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 2000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -100_000_000, max: -1 }) },
  ),
  { maxLength: 200, size: 'max' },
);

const STARTS = fc.constantFrom(0, 1, 86_400_000, 1_700_000_000_000);

test('model: every decision and every wait is that of exact arithmetic, also when the clock jumps forth and back', () => {
  let refused = 0;
  fc.assert(
    fc.property(limits, STARTS, pauses, (limit, startMs, waits) => {
      const [ours, exact] = [cell(limit), oracle(limit)];
      let nowMs: number = startMs;
      for (const wait of waits) {
        nowMs = Math.max(0, nowMs + wait);
        const [got, wanted] = [ours.ask(nowMs), exact(nowMs)];
        assert.equal(got, wanted, `${JSON.stringify(limit)} at ${nowMs}`);
        if (got > 0) refused += 1;
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(refused > 1000, `control: ${refused} refused`);
});

test('property: whoever waits as long as was said is let in, and a millisecond earlier is not', () => {
  fc.assert(
    fc.property(limits, STARTS, (limit, startMs) => {
      // Few, so that the cell is soon full.
      const ours = cell({ ...limit, burst: Math.min(limit.burst, 50) });
      let waitMs = 0;
      while (waitMs === 0) waitMs = ours.ask(startMs);
      assert.notEqual(ours.ask(startMs + waitMs - 1), 0);
      assert.equal(ours.ask(startMs + waitMs), 0);
    }),
  );
});

test('abuse case 35: exactly the burst may come at once, and a window later exactly what it has given', () => {
  fc.assert(
    fc.property(
      fc.record({
        requests: fc.integer({ min: 1, max: 300 }),
        windowSeconds: fc.integer({ min: 1, max: 3600 }),
        burst: fc.integer({ min: 1, max: 300 }),
      }),
      STARTS,
      (limit, startMs) => {
        const ours = cell(limit);
        const letIn = (nowMs: number) => {
          let count = 0;
          while (ours.ask(nowMs) === 0) count += 1;
          return count;
        };
        assert.equal(ours.remaining(startMs), limit.burst);
        assert.equal(letIn(startMs), limit.burst);
        // A fixed window would let a whole burst in on each side of its edge.
        assert.equal(letIn(startMs), 0);
        const windowMs = limit.windowSeconds * 1000;
        assert.equal(letIn(startMs + windowMs), Math.min(limit.requests, limit.burst));
      },
    ),
  );
});

test('property: in no span of time do more come than a burst and what the span gives', () => {
  fc.assert(
    fc.property(
      limits,
      fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 10, maxLength: 100, size: 'max' }),
      (limit, waits) => {
        const ours = cell(limit);
        const letIn: number[] = [];
        let nowMs = 1000;
        for (const wait of waits) {
          nowMs += wait;
          if (ours.ask(nowMs) === 0) letIn.push(nowMs);
        }
        for (const [first, from] of letIn.entries()) {
          for (const [last, to] of letIn.entries()) {
            if (last < first) continue;
            const most = limit.burst + ((to - from) * limit.requests) / (limit.windowSeconds * 1000);
            assert.ok(last - first + 1 <= most + 1e-6, `${last - first + 1} in ${to - from} ms`);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('a clock that is set back lets nobody in early, and holds nobody up for longer than one request takes', () => {
  const ours = cell({ requests: 10, windowSeconds: 10, burst: 3 });
  const dayMs = 86_400_000;
  for (let i = 0; i < 3; i++) assert.equal(ours.ask(dayMs), 0);
  assert.equal(ours.ask(0), 1000, 'a day back: full, and no fuller');
  assert.equal(ours.ask(999), 1);
  assert.equal(ours.ask(1000), 0);
});

test('a limit that is changed takes what came before as so many requests of its own, and waiting helps at once', () => {
  const ours = cell({ requests: 1, windowSeconds: 86_400, burst: 2 });
  ours.ask(5);
  ours.ask(5);
  assert.equal(ours.ask(5), 86_400_000, 'control');
  ours.change({ requests: 7, windowSeconds: 1, burst: 1 });
  assert.equal(ours.ask(5), Math.ceil(1000 / 7), 'narrowed: full, and no fuller');
  assert.equal(ours.ask(5 + Math.ceil(1000 / 7)), 0);
  ours.change({ requests: 3, windowSeconds: 3600, burst: 100 });
  assert.equal(ours.remaining(5 + Math.ceil(1000 / 7)), 99);
});

test('property: whatever limits follow one another in a cell, requests are carried over and what it says is what happens', () => {
  const few = limits.map((limit) => ({ ...limit, burst: Math.min(limit.burst, 40) }));
  const steps = fc.array(fc.tuple(few, fc.integer({ min: 1, max: 50 })), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(steps, STARTS, (all, nowMs) => {
      const ours = cell(all[0]![0]);
      let used = 0;
      for (const [limit, tries] of all) {
        ours.change(limit);
        used = Math.min(used, limit.burst);
        for (let i = 0; i < tries; i++) {
          assert.equal(ours.remaining(nowMs), limit.burst - used);
          const isLetIn = ours.ask(nowMs) === 0;
          assert.equal(isLetIn, used < limit.burst);
          if (isLetIn) used += 1;
        }
      }
    }),
  );
});
