import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { notFound } from '../http/errors.ts';
import { type ApiKeyRow, findKey, type KeyScope } from './store.ts';

export type FindVisibleKey = (scope: KeyScope, id: number) => Promise<ApiKeyRow>;

/** A key that the caller may know of. Throws the same 404 for another account's, another environment's and none. */
export function findVisibleKey(db: Kysely<Database>): FindVisibleKey {
  return async (scope, id) => {
    const row = await findKey(db, scope, id);
    if (!row) throw notFound('apiKeys');
    return row;
  };
}
