/** Each bucket ends a tenth above the one before it: its middle is at most 4.8 % from anything in it. */
const GROWTH = 1.1;
const PER_BUCKET = 1 / Math.log(GROWTH);
/** All that is faster is in the first bucket; the last one holds all from 15 years on. */
const SHORTEST_MS = 0.05;
const LAST_BUCKET = 255;

export function bucketOf(ms: number): number {
  if (!(ms > SHORTEST_MS)) return 0;
  return Math.min(LAST_BUCKET, Math.ceil(Math.log(ms / SHORTEST_MS) * PER_BUCKET));
}

/** The value whose distance from both ends of the bucket is the same share of them. */
function middleOf(bucket: number): number {
  return (SHORTEST_MS * 2 * GROWTH ** bucket) / (GROWTH + 1);
}

/**
 * How long requests took: counts in buckets that grow with the time, so that a quantile is right to about 5 % whether
 * it is a millisecond or a minute, and sums of histograms are histograms of the sum.
 */
export class Latency {
  readonly #counts = new Map<number, number>();

  add(ms: number): void {
    this.#count(bucketOf(ms), 1);
  }

  merge(other: Latency): void {
    for (const [bucket, count] of other.#counts) this.#count(bucket, count);
  }

  /** The time within which a share of `q` of them were answered; null without any. */
  quantile(q: number): number | null {
    const buckets = [...this.#counts.keys()].sort((a, b) => a - b);
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    const rank = Math.max(1, Math.ceil(q * total));
    let seen = 0;
    for (const bucket of buckets) {
      seen += this.#counts.get(bucket)!;
      if (seen >= rank) return middleOf(bucket);
    }
    return null;
  }

  /** Distance to the bucket before it and count, for each bucket that is not empty, as LEB128 numbers. */
  encode(): Uint8Array {
    const bytes: number[] = [];
    let last = 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      pushNumber(bytes, bucket - last);
      pushNumber(bytes, this.#counts.get(bucket)!);
      last = bucket;
    }
    return Uint8Array.from(bytes);
  }

  addEncoded(bytes: Uint8Array): void {
    let bucket = 0;
    for (let at = 0; at < bytes.length; ) {
      let [value, next] = readNumber(bytes, at);
      bucket += value;
      [value, next] = readNumber(bytes, next);
      this.#count(bucket, value);
      at = next;
    }
  }

  #count(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }
}

/** Seven bits a byte, the lowest first; arithmetic instead of shifts, because counts can exceed 32 bits. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function readNumber(bytes: Uint8Array, from: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let at = from; ; at++) {
    const byte = bytes[at]!;
    value += (byte % 128) * scale;
    if (byte < 128) return [value, at + 1];
    scale *= 128;
  }
}
