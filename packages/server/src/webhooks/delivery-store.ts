import { randomBase62 } from '@instavm/keyformat';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import type { WebhooksTables } from '../db/tables/webhooks.ts';

export type DeliveryRow = Selectable<WebhooksTables['webhook_delivery']>;

export interface NewDelivery {
  endpointId: string;
  accountId: number;
  environment: string | null;
  eventSeq: number;
  eventType: string;
  isTest: boolean;
  vmId: string | null;
  /** Waits for earlier ones of the endpoint that have this in common. */
  orderedBy: string | null;
  replayOf: string | null;
}

const ID_LENGTH = 22;

const insert = builtOnce((db) =>
  db.insertInto('webhook_delivery').values({
    id: '',
    endpoint_id: '',
    account_id: 0,
    environment: null,
    event_seq: 0,
    event_type: '',
    is_test: 0,
    vm_id: null,
    ordered_by: null,
    status: 'pending',
    next_attempt_at: null,
    created_at: '',
    settled_at: null,
    last_status_code: null,
    last_error: null,
    replay_of: null,
  }),
);

/** @returns its id. It is due at once, unless it waits for another one. */
export async function insertDelivery(
  trx: Transaction<Database>,
  randomBytes: (size: number) => Uint8Array,
  made: NewDelivery,
  at: string,
  waits: boolean,
): Promise<string> {
  const id = `whd_${randomBase62(ID_LENGTH, randomBytes)}`;
  await insert(trx, [
    ...[id, made.endpointId, made.accountId, made.environment, made.eventSeq, made.eventType],
    ...[made.isTest ? 1 : 0, made.vmId, made.orderedBy, 'pending', waits ? null : at, at],
    ...[null, null, null, made.replayOf],
  ]);
  return id;
}

const firstUnsettled = builtOnce((db) =>
  db
    .selectFrom('webhook_delivery')
    .select('number')
    .where('endpoint_id', '=', '')
    .where('ordered_by', '=', '')
    .where('settled_at', 'is', null)
    .orderBy('number')
    .limit((eb) => eb.lit(1)),
);

export async function hasUnsettled(
  trx: Transaction<Database>,
  endpointId: string,
  orderedBy: string,
): Promise<boolean> {
  return (await firstUnsettled(trx, [endpointId, orderedBy])).length > 0;
}

const makeDue = builtOnce((db) =>
  db.updateTable('webhook_delivery').set({ next_attempt_at: '' }).where('number', '=', 0),
);

/** The next one of an order is due, once the one before it is settled. */
export async function releaseNext(
  trx: Transaction<Database>,
  endpointId: string,
  orderedBy: string,
  at: string,
): Promise<void> {
  const [next] = await firstUnsettled(trx, [endpointId, orderedBy]);
  if (next) await makeDue(trx, [at, next.number]);
}

const due = builtOnce((db) =>
  db
    .selectFrom('webhook_delivery as d')
    .innerJoin('audit_event as e', 'e.seq', 'd.event_seq')
    .select([
      'd.number',
      'd.id',
      'd.event_type',
      'd.is_test',
      'd.ordered_by',
      'd.attempts',
      'd.attempt_count',
    ])
    .select(['e.seq', 'e.at', 'e.account_id', 'e.environment', 'e.vm_id', 'e.session_id'])
    .select(['e.resource_type', 'e.resource_id', 'e.payload'])
    .where('d.endpoint_id', '=', '')
    .where('d.next_attempt_at', '<=', '')
    .orderBy('d.next_attempt_at')
    .orderBy('d.number')
    .limit(0),
);

/** Those of one endpoint that are due, with what they tell of, longest due first. */
export async function dueDeliveries(db: Kysely<Database>, endpointId: string, at: string, limit: number) {
  return due(db, [endpointId, at, limit]);
}

export type DueDelivery = Awaited<ReturnType<typeof dueDeliveries>>[number];

const later = builtOnce((db) =>
  db
    .selectFrom('webhook_delivery')
    .select('next_attempt_at')
    .where('endpoint_id', '=', '')
    .where('next_attempt_at', '>', '')
    .orderBy('next_attempt_at')
    .limit((eb) => eb.lit(1)),
);

/** When the first one of those that are not due yet is; Infinity when there is none. */
export async function nextDueMs(db: Kysely<Database>, endpointId: string, at: string): Promise<number> {
  const [next] = await later(db, [endpointId, at]);
  return next ? Date.parse(next.next_attempt_at!) : Number.POSITIVE_INFINITY;
}

/** Every endpoint with something to deliver now or later. */
export async function endpointsWithWork(db: Kysely<Database>) {
  return db
    .selectFrom('webhook_delivery')
    .select(['endpoint_id', 'account_id'])
    .where('next_attempt_at', 'is not', null)
    .groupBy(['endpoint_id', 'account_id'])
    .execute();
}

const settle = builtOnce((db) =>
  db
    .updateTable('webhook_delivery')
    .set({
      status: 'failed',
      attempts: '',
      attempt_count: 0,
      next_attempt_at: null,
      settled_at: null,
      last_status_code: null,
      last_error: null,
    })
    .where('number', '=', 0)
    .where('settled_at', 'is', null),
);

export interface AttemptedDelivery {
  number: number;
  status: 'succeeded' | 'failed' | 'dead';
  attempts: string;
  attemptCount: number;
  nextAttemptAt: string | null;
  settledAt: string | null;
  statusCode: number | null;
  error: string | null;
}

/** What an attempt made of a delivery; nothing for one that was given up meanwhile. */
export async function recordAttempt(trx: Transaction<Database>, tried: AttemptedDelivery): Promise<void> {
  await settle(trx, [
    ...[tried.status, tried.attempts, tried.attemptCount, tried.nextAttemptAt, tried.settledAt],
    ...[tried.statusCode, tried.error, tried.number],
  ]);
}

/** Some of what an endpoint still had to get is dead. @returns how many */
export async function giveUp(
  trx: Kysely<Database>,
  endpointId: string,
  reason: string,
  at: string,
  limit: number,
): Promise<number> {
  const given = await trx
    .updateTable('webhook_delivery')
    .set({ status: 'dead', settled_at: at, next_attempt_at: null, last_error: reason })
    .where('number', 'in', (eb) =>
      eb
        .selectFrom('webhook_delivery')
        .select('number')
        .where('endpoint_id', '=', endpointId)
        .where('settled_at', 'is', null)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(given.numUpdatedRows);
}
