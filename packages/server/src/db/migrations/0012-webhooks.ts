import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ID = 'integer primary key autoincrement';

/** Endpoints and deliveries with their attempts. What an event says stays where it is: in the audit trail. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      `create table webhook_endpoint (id text primary key, account_id integer not null references account(id),
        environment text, url text not null, description text, event_patterns text not null,
        timeout_seconds integer not null, max_retries integer not null, secret blob not null,
        secret_hint text not null, created_at text not null, created_seq integer not null, updated_at text not null,
        disabled_at text, disabled_reason text, deleted_at text, last_verified_at text, last_delivery_at text,
        last_failure text, failing_since text, failures integer not null default 0)`,
      'create index webhook_endpoint_by_account on webhook_endpoint (account_id)',
      `create table webhook_delivery (number ${ID}, id text not null unique,
        endpoint_id text not null references webhook_endpoint(id), account_id integer not null, environment text,
        event_seq integer not null, event_type text not null, is_test integer not null default 0, vm_id text,
        ordered_by text, status text not null, attempts text not null default '[]',
        attempt_count integer not null default 0, next_attempt_at text, created_at text not null,
        settled_at text, last_status_code integer, last_error text, replay_of text)`,
      'create index webhook_delivery_by_account on webhook_delivery (account_id, number)',
      'create index webhook_delivery_due on webhook_delivery (endpoint_id, next_attempt_at) where next_attempt_at is not null',
      'create index webhook_delivery_unsettled on webhook_delivery (endpoint_id, ordered_by, number) where settled_at is null',
      'create index webhook_delivery_settled on webhook_delivery (status, settled_at) where settled_at is not null',
      // Whatever happens after this reaches the endpoints that there are by then.
      "insert into event_reader (name, seq) select 'webhooks', seq from feed_head",
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
