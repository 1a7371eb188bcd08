import type { KeyEndReason } from '@instavm/contract/states';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Actor, type AuditEventType, recordChange } from '../db/feed.ts';
import type { ApiKeyTable, Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';

export type ApiKeyRow = Selectable<ApiKeyTable>;
/** What its maker decides; everything else a new key begins with empty. */
export type NewApiKey = Pick<
  ApiKeyRow,
  | 'public_id'
  | 'digest'
  | 'pepper_version'
  | 'account_id'
  | 'person_id'
  | 'service_account_id'
  | 'label'
  | 'description'
  | 'environment'
  | 'scopes'
  | 'owner'
  | 'created_from_address'
  | 'created_from_client'
  | 'created_at'
  | 'not_before'
  | 'expires_at'
  | 'idle_expiry_days'
  | 'allowed_cidrs'
  | 'rate_limit'
> & { rotated_from?: number };

/** Which keys a principal may see: those of its account, of its environment when it has one. */
export interface KeyScope {
  accountId: number;
  environment: string | null;
}

/** Throws ApiError when the label is taken or the account has `maxKeys` keys already; null asks for no bound. */
export async function insertKey(
  trx: Transaction<Database>,
  actor: Actor,
  key: NewApiKey,
  maxKeys: number | null,
): Promise<ApiKeyRow> {
  if (maxKeys !== null) await requireRoom(trx, key.account_id, maxKeys);
  const row = await trx
    .insertInto('api_key')
    .values({ ...key, seq: 0 } as never)
    .returningAll()
    .executeTakeFirstOrThrow();
  await requireFreeLabel(trx, row, key.created_at);
  return recordKeyChange(trx, actor, 'api_key.created', row, key.created_at, {
    ...(key.rotated_from === undefined ? {} : { rotated_from: key.rotated_from }),
  });
}

/** Counting stops at the bound, so that it costs the same for any account. */
export async function requireRoom(
  trx: Transaction<Database>,
  accountId: number,
  maxKeys: number,
): Promise<void> {
  const last = await trx
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .orderBy('id')
    .offset(maxKeys - 1)
    .limit(1)
    .executeTakeFirst();
  if (!last) return;
  throw new ApiError(
    'key_limit_reached',
    `This account has ${maxKeys} live API keys, which is as many as it may have. Revoke keys that are no longer used, or have the bound raised (INSTAVM_MAX_KEYS).`,
  );
}

/** A label names one live key of its environment; a key whose successor exists has handed its label on. */
export async function requireFreeLabel(
  trx: Transaction<Database>,
  row: ApiKeyRow,
  at: string,
): Promise<void> {
  if (row.label === null || row.rotated_to !== null) return;
  const other = await trx
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', row.account_id)
    .where('environment', row.environment === null ? 'is' : '=', row.environment)
    .where('label', '=', row.label)
    .where('id', '!=', row.id)
    .where('ended_at', 'is', null)
    .where('rotated_to', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .limit(1)
    .executeTakeFirst();
  if (!other || other.id === row.rotated_from) return;
  const where = row.environment === null ? 'without an environment' : `of ${row.environment}`;
  throw new ApiError(
    'label_taken',
    `API key ${other.id} ${where} has the label "${row.label}" already. Choose another label, or revoke that key first.`,
  );
}

export async function findKey(
  db: Kysely<Database>,
  scope: KeyScope,
  id: number,
): Promise<ApiKeyRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

export async function listKeys(db: Kysely<Database>, scope: KeyScope): Promise<ApiKeyRow[]> {
  return visible(db, scope).orderBy('id').execute();
}

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
  >
>;

/** Changes a key that lives. Undefined when it has ended, whatever came between the caller's look and this. */
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
  return recordKeyChange(trx, actor, 'api_key.updated', row, at, { fields: Object.keys(patch) });
}

/** Switches a key off or on. Undefined when it has ended. Again: no change. */
export async function setDisabled(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  disabled: boolean,
  at: string,
): Promise<ApiKeyRow | undefined> {
  const known = await keyById(trx, id);
  if (known.ended_at !== null) return undefined;
  if ((known.disabled_at !== null) === disabled) return known;
  const row = (await setWhileLive(trx, id, { disabled_at: disabled ? at : null }))!;
  return recordKeyChange(trx, actor, disabled ? 'api_key.disabled' : 'api_key.enabled', row, at);
}

const EVENT_OF_END: Record<KeyEndReason, AuditEventType> = {
  revoked: 'api_key.revoked',
  leaked: 'api_key.leaked',
  account_closed: 'api_key.revoked',
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
  const row = await trx
    .updateTable('api_key')
    .set({ ended_at: known.ended_at ?? at, end_reason: reason })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return recordKeyChange(trx, actor, EVENT_OF_END[reason], row, at, { reason });
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

export async function keyById(db: Kysely<Database>, id: number): Promise<ApiKeyRow> {
  return db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Live keys whose time has run out by `at`, with why; at most `limit`, oldest first. */
export async function dueKeys(
  db: Kysely<Database>,
  at: string,
  limit: number,
): Promise<{ id: number; reason: 'expired' | 'rotated' }[]> {
  const live = db.selectFrom('api_key').select('id').where('ended_at', 'is', null);
  const expired = await live.where('expires_at', '<=', at).orderBy('expires_at').limit(limit).execute();
  const rotated = await live
    .where('rotation_ends_at', '<=', at)
    .orderBy('rotation_ends_at')
    .limit(limit)
    .execute();
  return [
    // Where both fall together the holder is told of the successor.
    ...rotated.map(({ id }) => ({ id, reason: 'rotated' as const })),
    ...expired.map(({ id }) => ({ id, reason: 'expired' as const })),
  ];
}

/** Live keys that end when they are not used for long. */
export async function keysWithIdleExpiry(db: Kysely<Database>): Promise<ApiKeyRow[]> {
  return db
    .selectFrom('api_key')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('idle_expiry_days', 'is not', null)
    .execute();
}

export async function countLiveKeys(db: Kysely<Database>, accountId: number): Promise<number> {
  const { count } = await db
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** By its number or its public id, whoever's it is. */
export async function findAnyKey(db: Kysely<Database>, id: string): Promise<ApiKeyRow | undefined> {
  const keys = db.selectFrom('api_key').selectAll();
  return (
    /^\d{1,15}$/.test(id) ? keys.where('id', '=', Number(id)) : keys.where('public_id', '=', id)
  ).executeTakeFirst();
}

/** All keys of all accounts, a page at a time so that memory stays flat. */
export async function* everyKey(db: Kysely<Database>, pageSize = 500): AsyncGenerator<ApiKeyRow> {
  let after = 0;
  for (;;) {
    const page = await db
      .selectFrom('api_key')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.id;
  }
}

function visible(db: Kysely<Database>, scope: KeyScope) {
  const mine = db.selectFrom('api_key').selectAll().where('account_id', '=', scope.accountId);
  return scope.environment === null ? mine : mine.where('environment', '=', scope.environment);
}

async function recordKeyChange(
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
    event,
    resourceType: 'api_key',
    resourceId: String(row.id),
    ...(payload ? { payload } : {}),
  });
  await trx.updateTable('api_key').set({ seq }).where('id', '=', row.id).execute();
  return { ...row, seq };
}
