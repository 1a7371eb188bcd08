import { formatRateLimit, type RateLimit } from '@instavm/contract/rate-limit';

/**
 * A rate limit ready for decisions. Amounts are in parts of a millisecond, as many to one as the limit has requests:
 * then a request and a whole burst are whole numbers below 2^53, and no decision ever rounds.
 */
export interface Pace extends RateLimit {
  /** `N/Ws,burst=B`. */
  readonly text: string;
  /** What one request takes up. */
  readonly step: number;
  /** What is taken up when nothing more may come. */
  readonly full: number;
}

/**
 * Where cells lie, each 16 bytes. A cell begins at double `at` with the time at which it will be empty, in whole
 * milliseconds; words `2 * at + 2` and `2 * at + 3` are the rest of that time in parts, and a count for the caller.
 */
export interface CellMemory {
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

const CELL_BYTES = 16;
export const DOUBLES_PER_CELL = CELL_BYTES / 8;

export function cellMemory(cells: number): CellMemory {
  const memory = new ArrayBuffer(cells * CELL_BYTES);
  return { doubles: new Float64Array(memory), words: new Uint32Array(memory) };
}

export function paceOf(limit: RateLimit): Pace {
  const { requests, windowSeconds, burst } = limit;
  const step = windowSeconds * 1000;
  return { requests, windowSeconds, burst, text: formatRateLimit(limit), step, full: burst * step };
}

// GCRA, the generic cell rate algorithm: a request moves the time at which its cell will be empty by one step, and is
// refused while that would lie further ahead than a burst is long. The one implementation; nothing here is awaited, so
// that asking and taking are one act. Times are whole milliseconds.

/**
 * How much of a cell is taken up, never more than all of it: so neither a clock that was set back nor a limit that was
 * narrowed makes anybody wait for longer than one step.
 */
export function takenUp(pace: Pace, { doubles, words }: CellMemory, at: number, nowMs: number): number {
  // Parts of another limit, which was in force before, are less than a millisecond too.
  const parts = Math.min(words[2 * at + 2]!, pace.requests);
  const amount = (doubles[at]! - nowMs) * pace.requests + parts;
  return amount <= 0 ? 0 : Math.min(amount, pace.full);
}

/** Whole milliseconds until `requests` more may come at once where so much is taken up; 0 is now. */
export function msUntil(pace: Pace, taken: number, requests = 1): number {
  const over = taken + requests * pace.step - pace.full;
  return over <= 0 ? 0 : Math.ceil(over / pace.requests);
}

/** Makes a cell as full as another one. */
export function copyTime(from: CellMemory, source: number, to: CellMemory, target: number): void {
  to.doubles[target] = from.doubles[source]!;
  to.words[2 * target + 2] = from.words[2 * source + 2]!;
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

/** Sets how much is taken up: `taken` of before and one step for a request that goes on; `taken` alone for none. */
export function setTaken(pace: Pace, memory: CellMemory, at: number, nowMs: number, taken: number): void {
  const wholeMs = Math.floor(taken / pace.requests);
  memory.doubles[at] = nowMs + wholeMs;
  memory.words[2 * at + 2] = taken - wholeMs * pace.requests;
}
