import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * How a key's life goes on: one way to end it (`ended_at` with its reason, in place of `revoked_at`), rotation,
 * owners that are no people, marks of exposure, and answers that can be had again after they were lost.
 */
const STATEMENTS = [
  ...[
    'ended_at text',
    'end_reason text',
    'service_account_id integer',
    'rotation_policy text',
    'rotation_ends_at text',
    'first_used_at text',
    'sent_in_clear_at text',
    'seen_in_url_at text',
  ].map((column) => `alter table api_key add column ${column}`),
  `update api_key set ended_at = revoked_at, end_reason = 'revoked' where revoked_at is not null`,
  'alter table api_key drop column revoked_at',
  'create index api_key_live on api_key (account_id, id) where ended_at is null',
  'create index api_key_by_expiry on api_key (expires_at) where ended_at is null and expires_at is not null',
  'create index api_key_idle on api_key (id) where ended_at is null and idle_expiry_days is not null',
  'create index api_key_rotating on api_key (rotation_ends_at) where ended_at is null and rotation_ends_at is not null',
  `create table sealed_answer (caller text not null, key_digest text not null, request_digest text not null,
    subject integer not null, sealed blob not null, expires_at text not null, primary key (caller, key_digest))`,
];

export const keyLife: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
