import type { ApiKey } from '../../api/types.ts';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';

export interface LifeLineMarks {
  /** How much of the line is lived, 0 to 1. */
  lived: number;
  /** Where use begins, 0 to 1; null when it began with the key. */
  startsAt: number | null;
  /** The nearest end that is set; null = none. */
  ends: { at: string; why: 'expiry' | 'idle' | 'rotation' | 'ended' } | null;
}

type LifeOfKey = Pick<
  ApiKey,
  'created_at' | 'expires_at' | 'not_before' | 'idle_expiry_days' | 'last_used' | 'rotation' | 'ended_at'
>;

/** A key's life as a line from its making to its nearest end; without an end the line is as long as one year more. */
export function lifeLineMarks(key: LifeOfKey, now: number): LifeLineMarks {
  const from = Date.parse(key.created_at);
  const ends = nearestEnd(key);
  const to = ends ? Date.parse(ends.at) : now + 365 * MILLISECONDS_PER_DAY;
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from)));
  return {
    lived: share(now),
    startsAt: key.not_before && Date.parse(key.not_before) > from ? share(Date.parse(key.not_before)) : null,
    ends,
  };
}

/** When an unused key ends by itself; null when it may lie unused. */
export function idleEnd(key: Pick<ApiKey, 'idle_expiry_days' | 'last_used' | 'created_at'>): string | null {
  if (key.idle_expiry_days === null) return null;
  const since = Date.parse(key.last_used?.at ?? key.created_at);
  return new Date(since + key.idle_expiry_days * MILLISECONDS_PER_DAY).toISOString();
}

function nearestEnd(key: LifeOfKey): LifeLineMarks['ends'] {
  if (key.ended_at) return { at: key.ended_at, why: 'ended' };
  const idle = idleEnd(key);
  const ends = [
    key.expires_at ? { at: key.expires_at, why: 'expiry' as const } : null,
    idle ? { at: idle, why: 'idle' as const } : null,
    key.rotation ? { at: key.rotation.ends_at, why: 'rotation' as const } : null,
  ].filter((end) => end !== null);
  return ends.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null;
}
