import type { IndexedKey } from './key-index.ts';

export type KeyRefusal =
  | 'key_revoked'
  | 'key_rotated'
  | 'key_expired'
  | 'key_disabled'
  | 'key_not_yet_valid'
  | 'account_suspended';

/** What of a key decides whether it may be used. */
export type JudgedKey = Pick<
  IndexedKey,
  | 'status'
  | 'expiresAtMs'
  | 'rotationEndsAtMs'
  | 'idleExpiryDays'
  | 'lastUsedAtMs'
  | 'createdAtMs'
  | 'notBeforeMs'
  | 'owner'
>;

export const DAY_MS = 86_400_000;

/**
 * Whether a key whose secret was right may be used at `nowMs`: the one place where every way to end, stop or hold
 * back a key takes effect. Only its holder is ever told the reason. The order is final before temporary, so that
 * the answer never suggests waiting for a dead key.
 */
export function judgeKey(key: JudgedKey, nowMs: number): KeyRefusal | null {
  const ended = endOfKey(key, nowMs);
  if (ended) return ended;
  if (key.status === 'disabled') return 'key_disabled';
  if (nowMs < key.notBeforeMs) return 'key_not_yet_valid';
  if (!key.owner.isActive || !key.owner.account.isOpen) return 'account_suspended';
  return null;
}

function endOfKey(key: JudgedKey, nowMs: number): KeyRefusal | null {
  if (key.status === 'revoked') return 'key_revoked';
  if (key.status === 'rotated') return 'key_rotated';
  if (key.status === 'expired') return 'key_expired';
  if (key.rotationEndsAtMs !== 0 && nowMs >= key.rotationEndsAtMs) return 'key_rotated';
  if (key.expiresAtMs !== 0 && nowMs >= key.expiresAtMs) return 'key_expired';
  if (key.idleExpiryDays !== 0 && nowMs >= idleEndMs(key)) return 'key_expired';
  return null;
}

/** When a key with an idle expiry ends if it is not used again. */
export function idleEndMs(key: Pick<JudgedKey, 'lastUsedAtMs' | 'createdAtMs' | 'idleExpiryDays'>): number {
  return Math.max(key.lastUsedAtMs, key.createdAtMs) + key.idleExpiryDays * DAY_MS;
}
