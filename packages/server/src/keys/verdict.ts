import type { IndexedKey } from './key-index.ts';

export type KeyRefusal = 'key_revoked' | 'key_rotated' | 'key_disabled' | 'key_expired' | 'key_not_yet_valid';

const DAY_MS = 86_400_000;

/**
 * Whether a key whose secret was right may be used at `nowMs`. Only its holder is ever told the reason.
 * The order is final before temporary, so that the answer never suggests waiting for a dead key.
 */
export function judgeKey(key: IndexedKey, nowMs: number): KeyRefusal | null {
  if (key.status === 'revoked') return 'key_revoked';
  if (key.status === 'rotated') return 'key_rotated';
  if (key.expiresAtMs !== 0 && nowMs >= key.expiresAtMs) return 'key_expired';
  const idleSinceMs = Math.max(key.lastUsedAtMs, key.createdAtMs);
  if (key.idleExpiryDays !== 0 && nowMs - idleSinceMs >= key.idleExpiryDays * DAY_MS) return 'key_expired';
  if (key.status === 'disabled') return 'key_disabled';
  if (nowMs < key.notBeforeMs) return 'key_not_yet_valid';
  return null;
}
