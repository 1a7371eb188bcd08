import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { recordKeyChange } from './key-changes.ts';
import { requireFreeLabel, requireRoom } from './key-conflicts.ts';
import type { ApiKeyRow } from './store.ts';

/** What its maker decides; everything else a new key begins with empty. */
const MADE = [
  'public_id',
  'digest',
  'pepper_version',
  'account_id',
  'person_id',
  'service_account_id',
  'label',
  'description',
  'environment',
  'scopes',
  'owner',
  'created_from_address',
  'created_from_client',
  'created_at',
  'not_before',
  'expires_at',
  'idle_expiry_days',
  'allowed_cidrs',
  'rate_limit',
  'concurrent_requests',
  'quota_machines',
  'quota_vm_seconds',
  'quota_executions',
  'quarantine',
] as const satisfies (keyof ApiKeyRow)[];

/** Of a key that follows its account in all limits and quotas. */
export const NO_KEY_BOUNDS = {
  rate_limit: null,
  concurrent_requests: null,
  quota_machines: null,
  quota_vm_seconds: null,
  quota_executions: null,
  quarantine: null,
};

/** `kind` is `api_key` unless given. */
export type NewApiKey = Pick<ApiKeyRow, (typeof MADE)[number]> &
  Partial<Pick<ApiKeyRow, 'kind' | 'vm_id' | 'trust_policy_id'>> & { rotated_from?: number };

const ORIGIN = ['kind', 'vm_id', 'trust_policy_id', 'rotated_from', 'seq'];

const addKey = builtOnce((db) =>
  db
    .insertInto('api_key')
    .values(Object.fromEntries([...MADE, ...ORIGIN].map((column) => [column, 0])) as never)
    .returningAll(),
);

/**
 * Throws ApiError when the label is taken or the account has `maxKeys` keys already, which tokens of machines are
 * none of.
 */
export async function insertKey(
  trx: Transaction<Database>,
  actor: Actor,
  key: NewApiKey,
  maxKeys: number,
  payload: Record<string, unknown> = {},
): Promise<ApiKeyRow> {
  const { kind = 'api_key', vm_id: vmId = null, trust_policy_id: policyId = null } = key;
  if (kind === 'api_key') await requireRoom(trx, key.account_id, maxKeys);
  const origin = [kind, vmId, policyId, key.rotated_from ?? null, 0];
  const [added] = await addKey(trx, [...MADE.map((column) => key[column]), ...origin]);
  const row = added!;
  await requireFreeLabel(trx, row, key.created_at);
  return recordKeyChange(trx, actor, 'api_key.created', row, key.created_at, {
    ...(key.rotated_from === undefined ? {} : { rotated_from: key.rotated_from }),
    ...payload,
  });
}
