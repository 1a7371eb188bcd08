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
  /** By bucket, up to the longest time seen; few are ever so long that this is not the smallest way. */
  readonly #counts: number[] = [];

  add(ms: number): void {
    this.#count(bucketOf(ms), 1);
  }

  merge(other: Latency): void {
    const counts = other.#counts;
    for (let bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket]! > 0) this.#count(bucket, counts[bucket]!);
    }
  }

  /** The times within which these shares of them were answered, given in ascending order; none without a request. */
  quantiles(shares: readonly number[]): number[] {
    const counts = this.#counts;
    let total = 0;
    for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket]!;
    const found: number[] = [];
    let seen = 0;
    for (let bucket = 0; bucket < counts.length && total > 0; bucket++) {
      seen += counts[bucket]!;
      while (found.length < shares.length && seen >= Math.max(1, Math.ceil(shares[found.length]! * total))) {
        found.push(middleOf(bucket));
      }
    }
    return found;
  }

  /**
   * Distance to the bucket before it and count, for each bucket that is not empty, as numbers of six bits a character.
   * Texts with a blank between them are the sum of theirs, so that a database can add them up.
   */
  encode(): string {
    let text = '';
    let last = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const count = this.#counts[bucket]!;
      if (count === 0) continue;
      text += encodeNumber(bucket - last) + encodeNumber(count);
      last = bucket;
    }
    return text;
  }

  /** One encoded text, or several with blanks between them. */
  addEncoded(text: string): void {
    let bucket = 0;
    let isCount = false;
    for (let at = 0; at < text.length; ) {
      if (text.charCodeAt(at) === BLANK) {
        bucket = 0;
        at++;
        continue;
      }
      let value = 0;
      let scale = 1;
      let digit: number;
      do {
        digit = text.charCodeAt(at++) - ZERO;
        value += (digit % MORE) * scale;
        scale *= MORE;
      } while (digit >= MORE);
      if (isCount) this.#count(bucket, value);
      else bucket += value;
      isCount = !isCount;
    }
  }

  #count(bucket: number, count: number): void {
    const counts = this.#counts;
    while (counts.length <= bucket) counts.push(0);
    counts[bucket]! += count;
  }
}

const BLANK = 0x20;
/** Characters from `0` to `o`: five bits of the number, the lowest first, and one that says that more follow. */
const ZERO = 0x30;
const MORE = 32;

/** Arithmetic instead of shifts, because counts can exceed 32 bits. */
function encodeNumber(value: number): string {
  let text = '';
  let rest = value;
  while (rest >= MORE) {
    text += String.fromCharCode(ZERO + (rest % MORE) + MORE);
    rest = Math.floor(rest / MORE);
  }
  return text + String.fromCharCode(ZERO + rest);
}
