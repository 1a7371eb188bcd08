import type { Kysely } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { notFound } from '../http/errors.ts';
import type { KeyScope } from '../keys/store.ts';
import { type KeyAnomalies, resolveWithin } from './key-anomalies.ts';
import { findAnomaly, type ShownAnomalyRow, setAnomaly } from './store.ts';

export interface SettleDeps {
  db: Kysely<Database>;
  anomalies: KeyAnomalies;
  now(): number;
}

/** The like is not raised for so many days. Throws ApiError. */
export async function quietAnomaly(
  { db, anomalies, now }: SettleDeps,
  actor: Actor,
  scope: KeyScope,
  id: string,
  days: number,
): Promise<ShownAnomalyRow> {
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  const quietUntil = new Date(nowMs + days * 86_400_000).toISOString();
  const row = await mutate(db, actor, at, async (trx) => {
    const known = await visibleAnomaly(trx, scope, id);
    const status = known.status === 'resolved' ? 'resolved' : 'quiet';
    await setAnomaly(trx, id, { status, quiet_until: quietUntil });
    await recordChange(trx, at, actor, {
      accountId: known.account_id,
      environment: known.environment,
      event: 'api_key.anomaly_quieted',
      resourceType: 'api_key',
      resourceId: String(known.api_key_id),
      payload: { anomaly_id: id, kind: known.kind, days, quiet_until: quietUntil },
    });
    return visibleAnomaly(trx, scope, id);
  });
  await anomalies.reload(row.api_key_id);
  return row;
}

/** It was looked into; what was seen is usual from now on. Again: the same answer. Throws ApiError. */
export async function resolveAnomaly(
  { db, anomalies, now }: SettleDeps,
  actor: Actor,
  scope: KeyScope,
  id: string,
): Promise<ShownAnomalyRow> {
  const at = new Date(now()).toISOString();
  const { row, isNew } = await mutate(db, actor, at, async (trx) => {
    const known = await visibleAnomaly(trx, scope, id);
    await resolveWithin(trx, actor, known, at);
    return { row: await visibleAnomaly(trx, scope, id), isNew: known.status !== 'resolved' };
  });
  if (isNew) anomalies.noteTrust(row);
  await anomalies.reload(row.api_key_id);
  return row;
}

async function visibleAnomaly(db: Kysely<Database>, scope: KeyScope, id: string): Promise<ShownAnomalyRow> {
  const row = await findAnomaly(db, scope, id);
  if (!row) throw notFound('anomalies');
  return row;
}
