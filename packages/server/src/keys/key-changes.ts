import type { KeyEndReason } from '@instavm/contract/states';
import type { Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { type Actor, type AuditEventType, recordChange } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { mustNotBeItself } from './delegation.ts';
import { requireFreeLabel } from './key-conflicts.ts';
import { livingRelatives, sharedPart } from './shared-quotas.ts';
import { type ApiKeyRow, keyById } from './store.ts';

export type KeyPatch = Partial<
  Pick<
    ApiKeyRow,
    | 'label'
    | 'description'
    | 'environment'
    | 'scopes'
    | 'owner'
    | 'not_before'
    | 'expires_at'
    | 'idle_expiry_days'
    | 'allowed_cidrs'
    | 'rate_limit'
    | 'concurrent_requests'
    | 'quota_machines'
    | 'quota_vm_seconds'
    | 'quota_executions'
    | 'quarantine'
  >
>;

/**
 * Changes a key that lives, and its quotas with it in all that live of its chain of rotations. Undefined when it has
 * ended, whatever came between the caller's look and this.
 */
export async function updateKey(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  patch: KeyPatch,
  at: string,
): Promise<ApiKeyRow | undefined> {
  const row = await setWhileLive(trx, id, patch);
  if (!row) return undefined;
  await requireFreeLabel(trx, row, at);
  const shared = sharedPart(patch);
  if (shared) {
    for (const other of await livingRelatives(trx, row)) {
      // Their one quota is that of the key that asks, too.
      if (actor.type === 'api_key') mustNotBeItself({ keyId: Number(actor.id) }, other);
      const payload = { fields: Object.keys(shared), together_with: id };
      await setAndRecord(trx, actor, other, shared, at, 'api_key.updated', payload);
    }
  }
  return recordKeyChange(trx, actor, 'api_key.updated', row, at, { fields: Object.keys(patch) });
}

/** Switches a key off or on. Undefined when it has ended. Again: no change. `why` is another event than the usual one. */
export async function setDisabled(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  disabled: boolean,
  at: string,
  why?: { event: AuditEventType; payload: Record<string, unknown> },
): Promise<ApiKeyRow | undefined> {
  const known = await keyById(trx, id);
  if (known.ended_at !== null) return undefined;
  if ((known.disabled_at !== null) === disabled) return known;
  const row = (await setWhileLive(trx, id, { disabled_at: disabled ? at : null }))!;
  const event = why?.event ?? (disabled ? 'api_key.disabled' : 'api_key.enabled');
  return recordKeyChange(trx, actor, event, row, at, why?.payload);
}

const EVENT_OF_END: Record<KeyEndReason, AuditEventType> = {
  revoked: 'api_key.revoked',
  leaked: 'api_key.leaked',
  account_closed: 'api_key.revoked',
  machine_ended: 'api_key.revoked',
  policy_ended: 'api_key.revoked',
  owner_removed: 'api_key.revoked',
  rotation_undone: 'api_key.revoked',
  rotated: 'api_key.rotation_finished',
  expired: 'api_key.expired',
  idle: 'api_key.expired',
};

/**
 * Ends a key for good; the one statement that does. Again: the row as it was ended the first time. An expired or
 * rotated key can still be revoked, which takes it out of the list and leaves the time of its end as it was.
 */
export async function endKey(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  reason: KeyEndReason,
  at: string,
): Promise<ApiKeyRow> {
  const known = await keyById(trx, id);
  const isTombstone = known.ended_at !== null;
  const mayReplace = reason === 'revoked' && ['expired', 'idle', 'rotated'].includes(known.end_reason ?? '');
  if (isTombstone && !mayReplace) return known;
  const values = { ended_at: known.ended_at ?? at, end_reason: reason };
  return setAndRecord(trx, actor, id, values, at, EVENT_OF_END[reason], { reason });
}

/** The row, with its change and audit rows written. */
export async function setAndRecord(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  values: Partial<ApiKeyRow>,
  at: string,
  event: AuditEventType,
  payload?: Record<string, unknown>,
): Promise<ApiKeyRow> {
  const row = await trx
    .updateTable('api_key')
    .set(values as never)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return recordKeyChange(trx, actor, event, row, at, payload);
}

async function setWhileLive(
  trx: Transaction<Database>,
  id: number,
  values: Partial<ApiKeyRow>,
): Promise<ApiKeyRow | undefined> {
  return trx
    .updateTable('api_key')
    .set({ ...values, id } as never)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

const EVENT_OF_TOKEN: Partial<Record<AuditEventType, AuditEventType>> = {
  'api_key.created': 'sandbox_token.created',
  'api_key.revoked': 'sandbox_token.revoked',
  'api_key.leaked': 'sandbox_token.revoked',
  'api_key.expired': 'sandbox_token.expired',
};

const setSeq = builtOnce((db) => db.updateTable('api_key').set({ seq: 0 }).where('id', '=', 0));

export async function recordKeyChange(
  trx: Transaction<Database>,
  actor: Actor,
  event: AuditEventType,
  row: ApiKeyRow,
  at: string,
  payload?: Record<string, unknown>,
): Promise<ApiKeyRow> {
  const seq = await recordChange(trx, at, actor, {
    accountId: row.account_id,
    environment: row.environment,
    event: row.kind === 'sandbox_token' ? (EVENT_OF_TOKEN[event] ?? event) : event,
    resourceType: row.kind,
    vmId: row.vm_id,
    resourceId: String(row.id),
    ...(payload ? { payload } : {}),
  });
  await setSeq(trx, [seq, row.id]);
  return { ...row, seq };
}
