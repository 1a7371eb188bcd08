import type { IndexedKey } from '../keys/key-index.ts';
import { DAY_MS } from '../keys/verdict.ts';

const TOLD_WITHIN_MS = 14 * DAY_MS;

/** What `X-Key-Expires-In` says: seconds until the key ends by its expiry or its rotation; null while that is far. */
export function secondsLeft(
  { expiresAtMs, rotationEndsAtMs }: Pick<IndexedKey, 'expiresAtMs' | 'rotationEndsAtMs'>,
  nowMs: number,
): number | null {
  if (expiresAtMs === 0 && rotationEndsAtMs === 0) return null;
  const leftMs =
    Math.min(expiresAtMs || Number.POSITIVE_INFINITY, rotationEndsAtMs || Number.POSITIVE_INFINITY) - nowMs;
  return leftMs <= TOLD_WITHIN_MS ? Math.max(0, Math.floor(leftMs / 1000)) : null;
}
