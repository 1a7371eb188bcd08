import type { Permission } from '@instavm/contract/permissions';
import type { KeyStatus } from '@instavm/contract/states';
import { type CredentialKind, KEY_PREFIX, SECRET_KINDS } from '@instavm/keyformat';
import type { KeyAnomaly } from '../anomalies/key-anomalies.ts';
import type { ScopeSet } from '../auth/effective-permissions.ts';
import type { Owner } from '../auth/owners.ts';
import type { KeyLimits } from '../limits/key-limits.ts';
import type { NewIndexedKey } from './key-index.ts';
import type { Use } from './last-used.ts';
import { isLegacyId, legacyPrefix } from './legacy-keys.ts';
import { keyNotices } from './notices.ts';
import { safeToDelete } from './safe-to-delete.ts';
import type { ApiKeyRow } from './store.ts';
import { type JudgedKey, judgeKey } from './verdict.ts';

/** The status that says why a key ended in fewer words. */
export const ENDED_AS = {
  revoked: 'revoked',
  leaked: 'revoked',
  account_closed: 'revoked',
  machine_ended: 'revoked',
  policy_ended: 'revoked',
  owner_removed: 'revoked',
  rotation_undone: 'revoked',
  rotated: 'rotated',
  expired: 'expired',
  idle: 'expired',
} as const;

/** The part of a row that says whether the key may be used. */
export type JudgedRow = Pick<
  ApiKeyRow,
  | 'created_at'
  | 'not_before'
  | 'expires_at'
  | 'rotation_ends_at'
  | 'idle_expiry_days'
  | 'last_used_at'
  | 'end_reason'
  | 'disabled_at'
>;

export function judged(row: JudgedRow, owner: Owner): JudgedKey {
  return {
    owner,
    createdAtMs: Date.parse(row.created_at),
    notBeforeMs: milliseconds(row.not_before),
    expiresAtMs: milliseconds(row.expires_at),
    rotationEndsAtMs: milliseconds(row.rotation_ends_at),
    idleExpiryDays: row.idle_expiry_days ?? 0,
    lastUsedAtMs: milliseconds(row.last_used_at),
    status: row.end_reason ? ENDED_AS[row.end_reason] : row.disabled_at ? 'disabled' : 'live',
  };
}

/** The part of a row that a request's check needs. */
export type IndexedRow = JudgedRow &
  Pick<
    ApiKeyRow,
    | 'id'
    | 'public_id'
    | 'account_id'
    | 'person_id'
    | 'service_account_id'
    | 'environment'
    | 'kind'
    | 'vm_id'
    | 'trust_policy_id'
    | 'scopes'
    | 'pepper_version'
    | 'allowed_cidrs'
    | 'rotated_from'
    | 'first_used_at'
    | 'ended_at'
    | 'seq'
    | 'rate_limit'
    | 'concurrent_requests'
  >;

export function indexed(row: IndexedRow, owner: Owner, scopeSet: ScopeSet, limits: KeyLimits): NewIndexedKey {
  return {
    ...judged(row, owner),
    id: row.id,
    personId: row.person_id,
    environment: row.environment,
    vmId: row.vm_id,
    scopeSet,
    pepperVersion: row.pepper_version,
    allowedCidrs: row.allowed_cidrs,
    awaitsFirstUse: row.rotated_from !== null && row.first_used_at === null && row.ended_at === null,
    seq: row.seq,
    limits,
    rotatedFrom: row.rotated_from,
  };
}

function milliseconds(time: string | null): number {
  return time === null ? 0 : Date.parse(time);
}

/** What may be shown of a key's text; people's lists put an ellipsis behind it. */
export function keyPrefixOf(publicId: string, kind: CredentialKind = 'api_key'): string {
  if (kind === 'sandbox_token') return SECRET_KINDS.sandbox_token.prefix + publicId;
  return isLegacyId(publicId) ? legacyPrefix(publicId) : KEY_PREFIX + publicId;
}

/** In one word for people; a key that is held back for now counts as active. */
export function keyStatus(key: JudgedKey, nowMs: number): KeyStatus {
  const refusal = judgeKey(key, nowMs);
  if (refusal === null || refusal === 'key_not_yet_valid' || refusal === 'account_suspended') return 'active';
  return refusal.replace('key_', '') as KeyStatus;
}

/** The record as the API shows it; it holds nothing of the secret. `use` is newer than the row where given. */
export function keyRecord(
  row: ApiKeyRow,
  owner: Owner,
  permissions: ReadonlySet<Permission>,
  use: Use | null,
  anomalies: readonly KeyAnomaly[],
  nowMs: number,
) {
  const lastUsed = use ?? storedUse(row);
  const key = judged(lastUsed ? { ...row, last_used_at: lastUsed.at } : row, owner);
  const status = keyStatus(key, nowMs);
  return {
    id: row.id,
    key_prefix: keyPrefixOf(row.public_id, row.kind),
    user_id: row.person_id,
    status,
    created_at: row.created_at,
    expires_at: row.expires_at,
    description: row.description,
    label: row.label,
    environment: row.environment as 'production' | 'development' | 'testing' | null,
    scopes: JSON.parse(row.scopes) as string[],
    owner: row.owner,
    service_account_id: row.service_account_id,
    trust_policy_id: row.trust_policy_id,
    created_from: { address: row.created_from_address, client: row.created_from_client },
    not_before: row.not_before,
    idle_expiry_days: row.idle_expiry_days,
    allowed_cidrs: JSON.parse(row.allowed_cidrs) as string[],
    rate_limit: row.rate_limit,
    concurrent_requests: row.concurrent_requests,
    quota_machines: row.quota_machines,
    quota_vm_seconds: row.quota_vm_seconds,
    quota_executions: row.quota_executions,
    quarantine: row.quarantine === null ? null : row.quarantine === 1,
    last_used: lastUsed,
    ended_at: row.ended_at,
    end_reason: row.end_reason,
    rotated_to: row.rotated_to,
    rotated_from: row.rotated_from,
    rotation:
      row.rotation_policy && row.rotation_ends_at && row.ended_at === null
        ? { policy: row.rotation_policy, ends_at: row.rotation_ends_at }
        : null,
    sent_in_clear_at: row.sent_in_clear_at,
    safe_to_delete: safeToDelete(status, row.created_at, lastUsed, nowMs),
    notices: keyNotices(row, key, permissions, anomalies, nowMs),
  };
}

export type KeyRecord = ReturnType<typeof keyRecord>;

function storedUse(row: ApiKeyRow): Use | null {
  if (row.last_used_at === null) return null;
  return {
    at: row.last_used_at,
    address: row.last_used_address ?? '',
    client: row.last_used_client ?? '',
    route: row.last_used_route ?? '',
  };
}
