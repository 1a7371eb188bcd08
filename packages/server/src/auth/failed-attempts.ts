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

/** Counters of each kind until the older half is forgotten, so that a flood cannot fill memory. */
const COUNTERS_MAX = 20_000;
const MINUTE_MS = 60_000;

/**
 * Slows down guessing: counts well-formed keys that are not right, by the id they guess at and by the network they
 * come from. It is asked only after a key has turned out wrong, so a right key behind the same address, or with the
 * same id, is never held up.
 */
export function failedAttempts(now: () => number, limits = DEFAULT_FAILED_ATTEMPT_LIMITS) {
  const byId = paceKeeper(limits.perIdPerMinute);
  const byNetwork = paceKeeper(limits.perNetworkPerMinute);
  /** Counts one attempt. @returns seconds to wait when there were too many, else null. */
  return (guessedId: string, address: string): number | null => {
    const nowMs = now();
    const waitMs = Math.max(byId(guessedId, nowMs), byNetwork(networkOfAddress(address) ?? address, nowMs));
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : null;
  };
}

export type FailedAttempts = ReturnType<typeof failedAttempts>;

/**
 * GCRA: one number a counter, the time at which it would be empty. A whole minute's allowance may come at once, and
 * then it refills evenly. An attempt that is refused is not counted, so that waiting helps.
 */
function paceKeeper(perMinute: number) {
  let recent = new Map<string, number>();
  let older = new Map<string, number>();
  const stepMs = MINUTE_MS / perMinute;
  return (key: string, nowMs: number): number => {
    const emptyAt = recent.get(key) ?? older.get(key) ?? 0;
    const next = Math.max(emptyAt, nowMs) + stepMs;
    const tooFullMs = next - nowMs - MINUTE_MS;
    if (tooFullMs > 0) return tooFullMs;
    if (recent.size >= COUNTERS_MAX / 2) {
      older = recent;
      recent = new Map();
    }
    recent.set(key, next);
    return 0;
  };
}
