import { formatRateLimit, type RateLimit } from '@instavm/contract/rate-limit';
import { ratePolicy } from './fields.ts';

/**
 * A rate limit ready for decisions. Amounts are in parts of a millisecond, as many to one as the limit has requests:
 * then a request and a whole burst are whole numbers below 2^53, and no decision ever rounds.
 */
export interface Pace extends RateLimit {
  /** `N/Ws,burst=B`. */
  readonly text: string;
  /** As the answer's headers say it. */
  readonly policy: string;
  /** What one request takes up. */
  readonly step: number;
  /** What is taken up when nothing more may come. */
  readonly full: number;
}

/** Where cells lie, each 24 bytes from double `at` on: the time in whole milliseconds at which it will be empty, then words. */
export interface CellMemory {
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

const CELL_BYTES = 24;
export const DOUBLES_PER_CELL = CELL_BYTES / 8;

/** Offsets in words from `2 * at`: the rest of the time in parts, a count for the caller, and the limit it was counted by. */
const WORD = { part: 2, count: 3, requests: 4, windowSeconds: 5 } as const;

export function cellMemory(cells: number): CellMemory {
  const memory = new ArrayBuffer(cells * CELL_BYTES);
  return { doubles: new Float64Array(memory), words: new Uint32Array(memory) };
}

export function paceOf(limit: RateLimit): Pace {
  const { requests, windowSeconds, burst } = limit;
  const step = windowSeconds * 1000;
  const [text, policy] = [formatRateLimit(limit), ratePolicy(limit)];
  return { requests, windowSeconds, burst, text, policy, step, full: burst * step };
}

// GCRA, the generic cell rate algorithm: a request moves the time at which its cell will be empty by one step, and is
// refused while that would lie further ahead than a burst is long. The one implementation; nothing here is awaited, so
// that asking and taking are one act. Times are whole milliseconds.

/**
 * How much of a cell is taken up, never more than all of it: a clock that was set back makes nobody wait for longer than
 * one step. Requests that were counted by another limit count as as many of this one.
 */
export function takenUp(pace: Pace, { doubles, words }: CellMemory, at: number, nowMs: number): number {
  const word = 2 * at;
  const requests = words[word + WORD.requests]!;
  const amount = (doubles[at]! - nowMs) * requests + words[word + WORD.part]!;
  if (amount <= 0) return 0;
  const windowSeconds = words[word + WORD.windowSeconds]!;
  const isOther = requests !== pace.requests || windowSeconds !== pace.windowSeconds;
  const taken = isOther ? Math.round((amount / (windowSeconds * 1000)) * pace.step) : amount;
  return Math.min(taken, pace.full);
}

/** Whole milliseconds until `requests` more may come at once where so much is taken up; 0 is now. */
export function msUntil(pace: Pace, taken: number, requests = 1): number {
  const over = taken + requests * pace.step - pace.full;
  return over <= 0 ? 0 : Math.ceil(over / pace.requests);
}

/** Makes a cell as full as another one. */
export function copyTime(from: CellMemory, source: number, to: CellMemory, target: number): void {
  to.doubles[target] = from.doubles[source]!;
  for (const word of [WORD.part, WORD.requests, WORD.windowSeconds]) {
    to.words[2 * target + word] = from.words[2 * source + word]!;
  }
}

/** The caller's own count in a cell. */
export function countOf({ words }: CellMemory, at: number): number {
  return words[2 * at + WORD.count]!;
}

export function addToCount({ words }: CellMemory, at: number, by: 1 | -1): void {
  words[2 * at + WORD.count]! += by;
}

/** Lets one request in, or says in how many milliseconds one will be. */
export function askOne(pace: Pace, memory: CellMemory, at: number, nowMs: number): number {
  const taken = takenUp(pace, memory, at, nowMs);
  const waitMs = msUntil(pace, taken);
  setTaken(pace, memory, at, nowMs, waitMs === 0 ? taken + pace.step : taken);
  return waitMs;
}

/** How many more may come at once. */
export function remainingOf(pace: Pace, taken: number): number {
  return Math.floor((pace.full - taken) / pace.step);
}

/** Whole seconds until one more than now may come at once; null where nothing is taken up. */
export function nextSeconds(pace: Pace, taken: number): number | null {
  if (taken === 0) return null;
  return Math.ceil(msUntil(pace, taken, remainingOf(pace, taken) + 1) / 1000);
}

/** Sets how much is taken up: `taken` of before and one step for a request that goes on; `taken` alone for none. */
export function setTaken(pace: Pace, memory: CellMemory, at: number, nowMs: number, taken: number): void {
  const wholeMs = Math.floor(taken / pace.requests);
  const word = 2 * at;
  memory.doubles[at] = nowMs + wholeMs;
  memory.words[word + WORD.part] = taken - wholeMs * pace.requests;
  memory.words[word + WORD.requests] = pace.requests;
  memory.words[word + WORD.windowSeconds] = pace.windowSeconds;
}
