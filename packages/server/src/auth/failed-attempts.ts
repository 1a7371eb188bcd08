import { askOne, paceOf } from '../limits/gcra.ts';
import { RecentCells } from '../limits/recent-cells.ts';
import { networkOfAddress } from './networks.ts';

/** Wrong keys a minute until the answer is 429. */
export interface FailedAttemptLimits {
  perIdPerMinute: number;
  perNetworkPerMinute: number;
}

export const DEFAULT_FAILED_ATTEMPT_LIMITS: FailedAttemptLimits = {
  perIdPerMinute: 60,
  perNetworkPerMinute: 1000,
};

/** Counters of each kind. */
const COUNTERS_MAX = 20_000;

/**
 * Slows down guessing: counts well-formed keys that are not right, by the id they guess at and by the network they
 * come from. It is asked only after a key has turned out wrong, so a right key behind the same address, or with the
 * same id, is never held up. `monotonicMs` is a clock that nobody sets.
 */
export function failedAttempts(monotonicMs: () => number, limits = DEFAULT_FAILED_ATTEMPT_LIMITS) {
  const byId = counterOf(limits.perIdPerMinute);
  const byNetwork = counterOf(limits.perNetworkPerMinute);
  /** Counts one attempt. @returns seconds to wait when there were too many, else null. */
  return (guessedId: string, address: string): number | null => {
    const nowMs = Math.floor(monotonicMs());
    const waitMs = Math.max(byId(guessedId, nowMs), byNetwork(networkOfAddress(address) ?? address, nowMs));
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : null;
  };
}

export type FailedAttempts = ReturnType<typeof failedAttempts>;

/**
 * So many a minute of each name; a whole minute's allowance may come at once. One that is refused is not counted, so
 * that waiting helps. @returns milliseconds to wait, 0 for none
 */
export function counterOf(perMinute: number) {
  const cells = new RecentCells(COUNTERS_MAX);
  const pace = paceOf({ requests: perMinute, windowSeconds: 60, burst: perMinute });
  return (name: string, nowMs: number): number =>
    cells.with(name, (memory, at) => askOne(pace, memory, at, nowMs));
}
