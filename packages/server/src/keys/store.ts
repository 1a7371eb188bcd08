import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { ApiKeyTable, Database } from '../db/schema.ts';

export type ApiKeyRow = Selectable<ApiKeyTable>;
export type NewApiKey = Omit<
  ApiKeyRow,
  'id' | 'seq' | 'disabled_at' | 'revoked_at' | 'rotated_to' | 'rotated_from' | `last_used_${string}`
>;

/** Which keys a principal may see: those of its account, of its environment when it has one. */
export interface KeyScope {
  accountId: number;
  environment: string | null;
}

export async function insertKey(db: Kysely<Database>, actor: Actor, key: NewApiKey): Promise<ApiKeyRow> {
  return mutate(db, actor, key.created_at, async (trx) => {
    const row = await trx
      .insertInto('api_key')
      .values({ ...key, seq: 0 })
      .returningAll()
      .executeTakeFirstOrThrow();
    return recordKeyChange(trx, actor, 'api_key.created', row, key.created_at);
  });
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

/** Changes a key that lives. Undefined when it is revoked, whatever came between the caller's look and this. */
export async function updateKey(
  db: Kysely<Database>,
  actor: Actor,
  id: number,
  patch: KeyPatch,
  at: string,
): Promise<ApiKeyRow | undefined> {
  return mutate(db, actor, at, async (trx) => {
    const row = await trx
      .updateTable('api_key')
      .set({ ...patch, id })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    return row && recordKeyChange(trx, actor, 'api_key.updated', row, at, { fields: Object.keys(patch) });
  });
}

/** Ends a key for good. Again: the row as it was ended the first time. */
export async function revokeKey(
  db: Kysely<Database>,
  actor: Actor,
  id: number,
  at: string,
): Promise<{ row: ApiKeyRow; changed: boolean }> {
  return mutate(db, actor, at, async (trx) => {
    const row = await trx
      .updateTable('api_key')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row) return { row: await recordKeyChange(trx, actor, 'api_key.revoked', row, at), changed: true };
    const ended = await trx.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    return { row: ended, changed: false };
  });
}

/** By its number or its public id, whoever's it is. */
export async function findAnyKey(db: Kysely<Database>, id: string): Promise<ApiKeyRow | undefined> {
  const keys = db.selectFrom('api_key').selectAll();
  return (
    /^\d{1,15}$/.test(id) ? keys.where('id', '=', Number(id)) : keys.where('public_id', '=', id)
  ).executeTakeFirst();
}

/** All keys of all accounts, for filling the index at start, a page at a time so that memory stays flat. */
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
  event: string,
  row: ApiKeyRow,
  at: string,
  payload?: Record<string, unknown>,
): Promise<ApiKeyRow> {
  const seq = await recordChange(trx, at, actor, {
    accountId: row.account_id,
    event,
    resourceType: 'api_key',
    resourceId: String(row.id),
    ...(payload ? { payload } : {}),
  });
  await trx.updateTable('api_key').set({ seq }).where('id', '=', row.id).execute();
  return { ...row, seq };
}
