import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { type DeliveryRow, giveUp } from './delivery-store.ts';

const DAY_MS = 86_400_000;

/** Kept to be looked at and replayed, from when they were settled. */
const KEPT_DAYS = { succeeded: 30, dead: 90 } as const;

/** What waits for an endpoint that is switched off waits no longer. */
const HELD_DAYS = 3;

/** In one statement, so that requests come in between. */
const AT_ONCE_MAX = 500;

export const DELETED = 'The endpoint was deleted.';

/** Forgets old deliveries, and gives up those whose endpoint was deleted or has been off for days; some at a time. */
export async function sweepDeliveries(db: Kysely<Database>, nowMs: number): Promise<void> {
  const at = new Date(nowMs).toISOString();
  for (const { id, deleted_at } of await endpointsThatWait(db, daysBefore(nowMs, HELD_DAYS))) {
    const reason = deleted_at !== null ? DELETED : `The endpoint was switched off for ${HELD_DAYS} days.`;
    await giveUp(db, id, reason, at, AT_ONCE_MAX);
  }
  for (const [status, days] of Object.entries(KEPT_DAYS)) {
    await forget(db, status as DeliveryRow['status'], daysBefore(nowMs, days));
  }
}

function endpointsThatWait(db: Kysely<Database>, offSince: string) {
  return db
    .selectFrom('webhook_endpoint')
    .select(['id', 'deleted_at'])
    .where((eb) => eb.or([eb('deleted_at', 'is not', null), eb('disabled_at', '<=', offSince)]))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('webhook_delivery')
          .select('number')
          .whereRef('webhook_delivery.endpoint_id', '=', 'webhook_endpoint.id')
          .where('settled_at', 'is', null),
      ),
    )
    .execute();
}

async function forget(
  db: Kysely<Database>,
  status: DeliveryRow['status'],
  settledBefore: string,
): Promise<void> {
  await db
    .deleteFrom('webhook_delivery')
    .where('number', 'in', (eb) =>
      eb
        .selectFrom('webhook_delivery')
        .select('number')
        .where('status', '=', status)
        .where('settled_at', '<', settledBefore)
        .limit(AT_ONCE_MAX),
    )
    .execute();
}

function daysBefore(nowMs: number, days: number): string {
  return new Date(nowMs - days * DAY_MS).toISOString();
}
