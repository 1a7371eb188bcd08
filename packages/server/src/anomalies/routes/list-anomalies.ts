import { anomalies } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { anomalyRecord, type KeyPrefixOf } from '../anomaly.ts';
import { listAnomalies as listRows } from '../store.ts';

export const listAnomalies = (deps: { db: Kysely<Database>; keyPrefixOf: KeyPrefixOf }) =>
  bind(anomalies.list, async ({ principal }, { query }) => {
    const filter = { status: query.status ?? 'open', keyId: query.key_id ?? null };
    const rows = await listRows(deps.db, principal, filter);
    return rows.map((row) => anomalyRecord(row, deps.keyPrefixOf));
  });
