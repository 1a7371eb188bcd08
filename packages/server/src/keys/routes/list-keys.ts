import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import type { KeyRing } from '../key-ring.ts';
import { listKeys as listRows } from '../store.ts';

/** Without a filter: every key but the tombstones, and but those of a token exchange that are over. */
export const listKeys = (deps: { db: Kysely<Database>; keys: KeyRing }) =>
  bind(apiKeys.list, async ({ principal }, { query }) => {
    const rows = await listRows(deps.db, principal, query.status ? 'all' : 'listed');
    const records = rows.map((row) => deps.keys.record(row));
    if (query.status === 'all') return records;
    return records.filter(({ status }) => (query.status ? status === query.status : status !== 'revoked'));
  });
