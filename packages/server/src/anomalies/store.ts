import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { KeyScope } from '../keys/store.ts';

export type AnomalyRow = Selectable<Database['anomaly']>;

/** With what of its key is shown. */
export type ShownAnomalyRow = AnomalyRow & {
  public_id: string;
  label: string | null;
  environment: string | null;
};

const LISTED_MAX = 1000;

/** Of a key's environment alone for a key of an environment. */
function visible(db: Kysely<Database>, { accountId, environment }: KeyScope) {
  const mine = db
    .selectFrom('anomaly')
    .innerJoin('api_key', 'api_key.id', 'anomaly.api_key_id')
    .selectAll('anomaly')
    .select(['api_key.public_id', 'api_key.label', 'api_key.environment'])
    .where('anomaly.account_id', '=', accountId);
  return environment === null ? mine : mine.where('api_key.environment', '=', environment);
}

/** The one seen last first. */
export async function listAnomalies(
  db: Kysely<Database>,
  scope: KeyScope,
  { status, keyId }: { status: AnomalyRow['status'] | 'all'; keyId: number | null },
): Promise<ShownAnomalyRow[]> {
  let rows = visible(db, scope).orderBy('anomaly.last_seen_at', 'desc').limit(LISTED_MAX);
  if (status !== 'all') rows = rows.where('anomaly.status', '=', status);
  if (keyId !== null) rows = rows.where('anomaly.api_key_id', '=', keyId);
  return rows.execute();
}

export async function findAnomaly(
  db: Kysely<Database>,
  scope: KeyScope,
  id: string,
): Promise<ShownAnomalyRow | undefined> {
  return visible(db, scope).where('anomaly.id', '=', id).executeTakeFirst();
}

/** Enough to know whether the like was raised, quieted or resolved lately. */
const LIKE_MAX = 100;

/** Of one kind for one key, the one seen last first. */
export async function likeAnomalies(
  trx: Transaction<Database>,
  keyId: number,
  kind: AnomalyRow['kind'],
  isProven: boolean,
): Promise<AnomalyRow[]> {
  return trx
    .selectFrom('anomaly')
    .selectAll()
    .where('api_key_id', '=', keyId)
    .where('kind', '=', kind)
    .where('is_proven', '=', isProven ? 1 : 0)
    .orderBy('last_seen_at', 'desc')
    .limit(LIKE_MAX)
    .execute();
}

/** Open ones that were seen since, with proof. */
export async function openSince(
  trx: Transaction<Database>,
  keyId: number,
  since: string,
): Promise<AnomalyRow[]> {
  return trx
    .selectFrom('anomaly')
    .selectAll()
    .where('api_key_id', '=', keyId)
    .where('status', '=', 'open')
    .where('is_proven', '=', 1)
    .where('last_seen_at', '>=', since)
    .execute();
}

export async function setAnomaly(
  trx: Transaction<Database>,
  id: string,
  values: Partial<AnomalyRow>,
): Promise<AnomalyRow> {
  return trx.updateTable('anomaly').set(values).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}
