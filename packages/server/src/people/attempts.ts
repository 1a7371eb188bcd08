/** Callers that are remembered; the one that has been quiet longest goes first. */
const CALLERS_MAX = 10_000;

/**
 * Counts what callers try: at most `max` in any `window` seconds, exactly, also across the edges of minutes.
 * The sign-in library's own counter would be shared by all servers of a process.
 */
export function attemptCounter(now: () => number, callersMax = CALLERS_MAX) {
  const attempts = new Map<string, number[]>();
  return {
    async consume(
      caller: string,
      { window, max }: { window: number; max: number },
    ): Promise<{ allowed: boolean; retryAfter: number | null }> {
      const nowMs = now();
      const since = nowMs - window * 1000;
      const recent = (attempts.get(caller) ?? []).filter((at) => at > since);
      const allowed = recent.length < max;
      if (allowed) recent.push(nowMs);
      attempts.delete(caller);
      attempts.set(caller, recent);
      if (attempts.size > callersMax) attempts.delete(attempts.keys().next().value!);
      return { allowed, retryAfter: allowed ? null : Math.ceil((recent[0]! - since) / 1000) };
    },
  };
}
