import { type Kysely, type Selectable, sql } from 'kysely';
import type { ApiKeyTable, Database } from '../db/schema.ts';

export type ApiKeyRow = Selectable<ApiKeyTable>;

/** Which keys a principal may see: those of its account, of its environment when it has one. */
export interface KeyScope {
  accountId: number;
  environment: string | null;
}

/** Tokens of machines are rows beside them, and no keys. */
const IS_KEY = sql<boolean>`kind = 'api_key'`;

export async function findKey(
  db: Kysely<Database>,
  scope: KeyScope,
  id: number,
): Promise<ApiKeyRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

/** What has ended of those that came of a token exchange is many and seldom asked for. */
const IS_LISTED = sql<boolean>`(ended_at is null or trust_policy_id is null)`;

export async function listKeys(
  db: Kysely<Database>,
  scope: KeyScope,
  which: 'all' | 'listed',
): Promise<ApiKeyRow[]> {
  return visible(db, scope)
    .$if(which === 'listed', (some) => some.where(IS_LISTED))
    .orderBy('id')
    .execute();
}

export async function keyById(db: Kysely<Database>, id: number): Promise<ApiKeyRow> {
  return db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Those of them that exist. */
export async function keysById(db: Kysely<Database>, ids: readonly number[]): Promise<ApiKeyRow[]> {
  return db.selectFrom('api_key').selectAll().where('id', 'in', ids).execute();
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
    .where(IS_KEY)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** By its number or its public id, whoever's it is. */
export async function findAnyKey(db: Kysely<Database>, id: string): Promise<ApiKeyRow | undefined> {
  const keys = db.selectFrom('api_key').selectAll().where(IS_KEY);
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
      .where(IS_KEY)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.id;
  }
}

function visible(db: Kysely<Database>, scope: KeyScope) {
  const mine = db.selectFrom('api_key').selectAll().where(IS_KEY).where('account_id', '=', scope.accountId);
  return scope.environment === null ? mine : mine.where('environment', '=', scope.environment);
}
