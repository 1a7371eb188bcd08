import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Latency } from './latency.ts';

/** From well below a millisecond to hours. */
const milliseconds = fc.double({ min: Math.log(0.06), max: Math.log(1e7), noNaN: true }).map(Math.exp);

function exact(sorted: number[], q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
}

function latencyOf(times: readonly number[]): Latency {
  const latency = new Latency();
  for (const ms of times) latency.add(ms);
  return latency;
}

test('quantiles are within 5 % of the exact ones', () => {
  fc.assert(
    fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 400 }), (times) => {
      const latency = latencyOf(times);
      const sorted = times.toSorted((a, b) => a - b);
      for (const q of [0, 0.5, 0.95, 0.99, 1]) {
        const wanted = exact(sorted, q);
        assert.ok(
          Math.abs(latency.quantile(q)! / wanted - 1) <= 0.05,
          `${latency.quantile(q)} for ${wanted}`,
        );
      }
    }),
  );
});

test('merged histograms are the histogram of everything, however it was divided and stored', () => {
  fc.assert(
    fc.property(fc.array(fc.array(milliseconds, { maxLength: 60 }), { maxLength: 8 }), (parts) => {
      const merged = new Latency();
      for (const [i, part] of parts.entries()) {
        if (i % 2 === 0) merged.merge(latencyOf(part));
        else merged.addEncoded(latencyOf(part).encode());
      }
      assert.deepEqual(merged.encode(), latencyOf(parts.flat()).encode());
    }),
  );
});

test('a histogram of a request or of equal times takes few bytes, and no number of requests is too large for it', () => {
  assert.equal(new Latency().encode().length, 0);
  assert.ok(latencyOf([3.2]).encode().length <= 3);
  let latency = latencyOf([3.2]);
  for (let i = 0; i < 40; i++) {
    const twice = new Latency();
    twice.merge(latency);
    twice.addEncoded(latency.encode());
    latency = twice;
  }
  const read = new Latency();
  read.addEncoded(latency.encode());
  assert.deepEqual(read.encode(), latency.encode());
  assert.ok(latency.encode().length <= 8);
});

test('without a request there is no quantile; times that no clock gives count as the shortest and the longest', () => {
  assert.equal(new Latency().quantile(0.5), null);
  const latency = latencyOf([-1, 0, Number.NaN, 1e300]);
  assert.ok(latency.quantile(0.5)! < 0.06);
  assert.ok(latency.quantile(1)! > 1e9);
});
