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
      const shares = [0, 0.5, 0.95, 0.99, 1];
      const found = latency.quantiles(shares);
      assert.equal(found.length, shares.length);
      for (const [i, q] of shares.entries()) {
        const wanted = exact(sorted, q);
        assert.ok(Math.abs(found[i]! / wanted - 1) <= 0.05, `${found[i]} for ${wanted}`);
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
      const together = new Latency();
      together.addEncoded(parts.map((part) => latencyOf(part).encode()).join(' '));
      assert.equal(together.encode(), merged.encode());
      assert.equal(merged.encode(), latencyOf(parts.flat()).encode());
      assert.match(merged.encode(), /^[0-o]*$/);
    }),
  );
});

test('a histogram of a request or of equal times takes few characters, and no number of requests is too large for it', () => {
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
  assert.equal(read.encode(), latency.encode());
  assert.ok(latency.encode().length <= 12);
});

test('without a request there is no quantile; times that no clock gives count as the shortest and the longest', () => {
  assert.deepEqual(new Latency().quantiles([0.5]), []);
  const [shortest, longest] = latencyOf([-1, 0, Number.NaN, 1e300]).quantiles([0.5, 1]);
  assert.ok(shortest! < 0.06);
  assert.ok(longest! > 1e9);
});
