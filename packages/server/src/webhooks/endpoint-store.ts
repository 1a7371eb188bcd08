import type { Environment } from '@instavm/contract/states';
import type { Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import type { WebhooksTables } from '../db/tables/webhooks.ts';
import type { Listener } from './patterns.ts';

export type EndpointRow = Selectable<WebhooksTables['webhook_endpoint']>;

type Db = Kysely<Database> | Transaction<Database>;

/** What the caller may know of: of its account, and with an environment of that one alone. */
export interface WebhookScope {
  accountId: number;
  environment: string | null;
}

export function isEnabled(endpoint: Pick<EndpointRow, 'disabled_at' | 'deleted_at'>): boolean {
  return endpoint.disabled_at === null && endpoint.deleted_at === null;
}

/** Those that are not deleted, oldest first. */
export function listEndpoints(db: Db, scope: WebhookScope): Promise<EndpointRow[]> {
  return visible(db, scope).where('deleted_at', 'is', null).orderBy('created_seq').execute();
}

/** Deleted ones are found too. */
export function findEndpoint(db: Db, scope: WebhookScope, id: string): Promise<EndpointRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

export function endpointById(db: Db, id: string): Promise<EndpointRow | undefined> {
  return db.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function countEndpoints(trx: Transaction<Database>, accountId: number): Promise<number> {
  const { count } = await trx
    .selectFrom('webhook_endpoint')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertEndpoint(
  trx: Transaction<Database>,
  row: Insertable<WebhooksTables['webhook_endpoint']>,
): Promise<EndpointRow> {
  return trx.insertInto('webhook_endpoint').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function setEndpoint(
  trx: Transaction<Database>,
  id: string,
  patch: Updateable<WebhooksTables['webhook_endpoint']>,
): Promise<EndpointRow> {
  return trx
    .updateTable('webhook_endpoint')
    .set(patch)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

const health = builtOnce((db) =>
  db
    .updateTable('webhook_endpoint')
    .set({ failing_since: null, failures: 0, last_failure: null })
    .set((eb) => ({ last_delivery_at: eb.fn.coalesce(eb.val<string | null>(null), 'last_delivery_at') }))
    .where('id', '=', ''),
);

/** What attempts say of an endpoint; `lastDeliveryAt` is null where none has succeeded. */
export async function setHealth(
  trx: Transaction<Database>,
  id: string,
  now: {
    failingSince: string | null;
    failures: number;
    lastFailure: string | null;
    lastDeliveryAt: string | null;
  },
): Promise<void> {
  await health(trx, [now.failingSince, now.failures, now.lastFailure, now.lastDeliveryAt, id]);
}

/** The enabled endpoints of some accounts. */
export async function listenersOf(
  trx: Transaction<Database>,
  accountIds: readonly number[],
): Promise<(Listener & { id: string; environment: Environment | null })[]> {
  const rows = await trx
    .selectFrom('webhook_endpoint')
    .select(['id', 'account_id', 'environment', 'created_seq', 'event_patterns'])
    .where('account_id', 'in', accountIds)
    .where('disabled_at', 'is', null)
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map(({ event_patterns, ...row }) => ({
    ...row,
    patterns: JSON.parse(event_patterns) as string[],
  }));
}

function visible(db: Db, { accountId, environment }: WebhookScope) {
  const rows = db.selectFrom('webhook_endpoint').selectAll().where('account_id', '=', accountId);
  return environment === null ? rows : rows.where('environment', '=', environment as Environment);
}
