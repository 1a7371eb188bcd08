import { type Kysely, sql } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { nowAndThen } from './now-and-then.ts';

export interface BacklogDeps {
  db: Kysely<Database>;
  now(): number;
  monotonicMs(): number;
}

/** What is still to be sent, and what was given up. */
export interface Backlog {
  deliveriesWaiting: number;
  /** Of endpoints that are switched on. */
  deliveriesDue: number;
  /** When the one that is due longest became due; null when none is. */
  oldestDueAt: string | null;
  deliveriesDead: number;
  endpointsDisabled: number;
  mailsWaiting: number;
  mailsGivenUp: number;
}

/** Less than Prometheus lets pass between two looks; a million that wait take half a second to count. */
const READ_EVERY_MS = 10_000;

export function backlogReader({ db, now, monotonicMs }: BacklogDeps): () => Promise<Backlog> {
  return nowAndThen(READ_EVERY_MS, monotonicMs, () => readBacklog(db, new Date(now()).toISOString()));
}

/** Reads indexes alone in which nothing is that arrived: of that there can be millions. */
async function readBacklog(db: Kysely<Database>, at: string): Promise<Backlog> {
  const { rows } = await sql<Backlog>`
    select
      (select count(*) from webhook_delivery where settled_at is null) as "deliveriesWaiting",
      (select count(*) from webhook_delivery where status = 'dead' and settled_at is not null) as "deliveriesDead",
      (select count(*) from webhook_endpoint where disabled_at is not null and deleted_at is null) as "endpointsDisabled",
      (select count(*) from mail_message where next_attempt_at is not null) as "mailsWaiting",
      (select count(*) from mail_message where next_attempt_at is null and sent_at is null) as "mailsGivenUp",
      coalesce(sum(due.deliveries), 0) as "deliveriesDue",
      min(due.oldest_at) as "oldestDueAt"
    from (
      select endpoint_id, count(*) as deliveries, min(next_attempt_at) as oldest_at
      from webhook_delivery where next_attempt_at <= ${at} group by endpoint_id
    ) as due
    join webhook_endpoint on webhook_endpoint.id = due.endpoint_id
    where webhook_endpoint.disabled_at is null and webhook_endpoint.deleted_at is null
  `.execute(db);
  return rows[0]!;
}
