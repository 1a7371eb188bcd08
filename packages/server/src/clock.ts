/**
 * A clock in milliseconds that follows the wall clock forward and never goes back: while the wall clock stands
 * behind, it goes on by the monotonic one. A key that has expired stays expired when somebody sets the time back.
 */
export function steadyClock(wallMs: () => number, monotonicMs: () => number): () => number {
  let seenMs = wallMs();
  let monotonicSeenMs = monotonicMs();
  return () => {
    const monotonic = monotonicMs();
    seenMs = Math.max(seenMs + monotonic - monotonicSeenMs, wallMs());
    monotonicSeenMs = monotonic;
    return Math.floor(seenMs);
  };
}
