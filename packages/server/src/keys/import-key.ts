import type { Transaction } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { setAndRecord } from './key-changes.ts';
import { requireFreeLabel, requireRoom } from './key-conflicts.ts';
import type { NewApiKey } from './new-key.ts';
import type { ApiKeyRow } from './store.ts';

/**
 * Writes a key that was made elsewhere. `label` is the beginning of its label; its number follows, so that each has
 * one of its own. Null when it is there already. Throws ApiError when the account has `maxKeys` keys.
 */
export async function importKey(
  trx: Transaction<Database>,
  actor: Actor,
  { label: prefix, ...key }: NewApiKey,
  maxKeys: number,
): Promise<ApiKeyRow | null> {
  await requireRoom(trx, key.account_id, maxKeys);
  const made = await trx
    .insertInto('api_key')
    .values({ ...key, label: null, seq: 0 } as never)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) return null;
  const label = `${prefix} ${made.id}`;
  const row = await setAndRecord(trx, actor, made.id, { label }, key.created_at, 'api_key.imported');
  await requireFreeLabel(trx, row, key.created_at);
  return row;
}
