import { KEY_PREFIX } from '@instavm/keyformat';
import type { IndexedKey } from './key-index.ts';
import type { Use } from './last-used.ts';
import type { ApiKeyRow } from './store.ts';
import { judgeKey } from './verdict.ts';

/** The part of a row that a request's check needs. */
export function indexed(row: ApiKeyRow, permissions: IndexedKey['permissions']): Omit<IndexedKey, 'slot'> {
  return {
    id: row.id,
    accountId: row.account_id,
    personId: row.person_id,
    environment: row.environment,
    permissions,
    pepperVersion: row.pepper_version,
    createdAtMs: Date.parse(row.created_at),
    notBeforeMs: milliseconds(row.not_before),
    expiresAtMs: milliseconds(row.expires_at),
    idleExpiryDays: row.idle_expiry_days ?? 0,
    lastUsedAtMs: milliseconds(row.last_used_at),
    allowedCidrs: row.allowed_cidrs,
    status: row.revoked_at ? 'revoked' : row.rotated_to ? 'rotated' : row.disabled_at ? 'disabled' : 'live',
  };
}

function milliseconds(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}

const NO_PERMISSIONS: IndexedKey['permissions'] = new Set();

export type KeyStatus = 'active' | 'revoked' | 'expired' | 'disabled' | 'rotated';

export function keyStatus(row: ApiKeyRow, nowMs: number): KeyStatus {
  const refusal = judgeKey({ ...indexed(row, NO_PERMISSIONS), slot: 0 }, nowMs);
  if (refusal === null || refusal === 'key_not_yet_valid') return 'active';
  return refusal.replace('key_', '') as KeyStatus;
}

/** The record as the API shows it; it holds nothing of the secret. `use` is newer than the row where given. */
export function keyRecord(row: ApiKeyRow, use: Use | null, nowMs: number) {
  const stored = row.last_used_at
    ? {
        at: row.last_used_at,
        address: row.last_used_address ?? '',
        client: row.last_used_client ?? '',
        route: row.last_used_route ?? '',
      }
    : null;
  return {
    id: row.id,
    key_prefix: KEY_PREFIX + row.public_id,
    user_id: row.person_id,
    status: keyStatus(row, nowMs),
    created_at: row.created_at,
    expires_at: row.expires_at,
    description: row.description,
    label: row.label,
    environment: row.environment as 'production' | 'development' | 'testing' | null,
    scopes: JSON.parse(row.scopes) as string[],
    owner: row.owner,
    created_from: { address: row.created_from_address, client: row.created_from_client },
    not_before: row.not_before,
    idle_expiry_days: row.idle_expiry_days,
    allowed_cidrs: JSON.parse(row.allowed_cidrs) as string[],
    rate_limit: row.rate_limit,
    last_used: use ?? stored,
    revoked_at: row.revoked_at,
    rotated_to: row.rotated_to,
    rotated_from: row.rotated_from,
  };
}
