import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ID = 'integer primary key autoincrement';

/** Roles and suspension of members, service accounts, invitations, settings of an account. */
export const teams: Migration = {
  async up(db: Kysely<unknown>) {
    const columns = [
      'account add column closed_at text',
      'account add column suspended_at text',
      'account add column key_age_days integer not null default 90',
      'account add column max_keys integer',
      'account add column session_idle_minutes integer not null default 10080',
      'account add column session_max_hours integer not null default 720',
      'member add column suspended_at text',
      'person_session add column account_id integer references account(id)',
    ];
    for (const column of columns) await sql.raw(`alter table ${column}`).execute(db);
    const tables = [
      `service_account (id ${ID}, account_id integer not null references account(id), name text not null,
        role text not null, created_by integer not null references person(id), created_at text not null,
        suspended_at text, deleted_at text)`,
      `invitation (id ${ID}, account_id integer not null references account(id), email text not null,
        role text not null, token_digest blob not null unique, invited_by integer not null references person(id),
        invited_by_service_account integer references service_account(id), created_at text not null,
        expires_at text not null, accepted_at text, accepted_by integer references person(id), revoked_at text)`,
    ];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
    const indexes = [
      'service_account_by_account on service_account (account_id, id)',
      'invitation_by_account on invitation (account_id, id)',
      'member_by_person on member (person_id, account_id)',
    ];
    for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
  },
};
