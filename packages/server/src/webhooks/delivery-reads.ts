import type { Kysely, Transaction } from 'kysely';
import type { Slices } from '../audit/slices.ts';
import type { Database } from '../db/schema.ts';
import type { DeliveryRow } from './delivery-store.ts';
import type { WebhookScope } from './endpoint-store.ts';
import type { ToldEvent } from './event-body.ts';

type Db = Kysely<Database> | Transaction<Database>;

export interface DeliveryFilters {
  endpoint_id?: string | undefined;
  status?: DeliveryRow['status'] | undefined;
  event_type?: string | undefined;
}

/** Numbers that one slice looks through, so that a filter that fits nothing holds nobody up. */
const SLICE_NUMBERS = 2000;

/** The newest `limit` deliveries below `before`, newest first. */
export async function newestDeliveries(
  { db, slices }: { db: Kysely<Database>; slices: Slices },
  scope: WebhookScope,
  filters: DeliveryFilters,
  page: { before: number | undefined; limit: number },
): Promise<DeliveryRow[]> {
  const [oldest, newest] = [await edge(db, scope, 'asc'), await edge(db, scope, 'desc')];
  let below = Math.min(page.before ?? Number.MAX_SAFE_INTEGER, newest + 1);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const found: DeliveryRow[] = [];
  while (below > oldest && found.length < page.limit) {
    const from = isFiltered ? Math.max(below - SLICE_NUMBERS, oldest) : oldest;
    let rows = visible(db, scope).where('number', '<', below).where('number', '>=', from);
    for (const [column, value] of Object.entries(filters)) {
      if (value !== undefined) rows = rows.where(column as keyof DeliveryFilters, '=', value);
    }
    found.push(
      ...(await rows
        .orderBy('number', 'desc')
        .limit(page.limit - found.length)
        .execute()),
    );
    below = from;
    await slices.next();
  }
  return found;
}

export function findDelivery(db: Db, scope: WebhookScope, id: string): Promise<DeliveryRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

/** What a delivery tells of. */
export function eventOf(db: Db, { event_seq }: DeliveryRow): Promise<ToldEvent> {
  return db.selectFrom('audit_event').selectAll().where('seq', '=', event_seq).executeTakeFirstOrThrow();
}

/** The first or last number; 0 when there is none. */
async function edge(db: Db, scope: WebhookScope, order: 'asc' | 'desc'): Promise<number> {
  const row = await visible(db, scope).orderBy('number', order).limit(1).executeTakeFirst();
  return row?.number ?? 0;
}

function visible(db: Db, { accountId, environment }: WebhookScope) {
  const rows = db.selectFrom('webhook_delivery').selectAll().where('account_id', '=', accountId);
  return environment === null
    ? rows
    : rows.where('environment', '=', environment as DeliveryRow['environment']);
}
