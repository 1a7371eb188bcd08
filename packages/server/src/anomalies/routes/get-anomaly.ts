import { anomalies } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { anomalyRecord, type KeyPrefixOf } from '../anomaly.ts';
import { findAnomaly } from '../store.ts';

export const getAnomaly = (deps: { db: Kysely<Database>; keyPrefixOf: KeyPrefixOf }) =>
  bind(anomalies.get, async ({ principal }, { params }) => {
    const row = await findAnomaly(deps.db, principal, params.anomaly_id);
    if (!row) throw notFound('anomalies');
    return anomalyRecord(row, deps.keyPrefixOf);
  });
