import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  `create table anomaly (id text primary key, account_id integer not null references account(id),
    api_key_id integer not null references api_key(id), kind text not null, subject text, status text not null,
    is_proven integer not null, sentence text not null, figures text not null, first_seen_at text not null,
    last_seen_at text not null, count integer not null, quarantined integer not null default 0, released_at text,
    quiet_until text, resolved_at text, resolved_by text)`,
  'create index anomaly_by_account on anomaly (account_id, last_seen_at)',
  'create index anomaly_by_key on anomaly (api_key_id, kind, last_seen_at)',
  "create index anomaly_open on anomaly (api_key_id) where status = 'open'",
  `create table key_profile (api_key_id integer primary key references api_key(id), profile text not null,
    updated_at text not null)`,
  `create table account_neighbours (account_id integer primary key references account(id), things text not null,
    updated_at text not null)`,
];

/** What is unusual about keys, and what is usual for them. */
export const anomalies: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
