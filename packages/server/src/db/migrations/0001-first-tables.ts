import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Column lists as SQL that SQLite and PostgreSQL both take; `ID` is the one word in which they differ. */
const ID = 'integer primary key autoincrement';

const TABLES: Record<string, string> = {
  account: `id ${ID}, name text not null, created_at text not null`,
  person: `id ${ID}, name text not null, email text not null unique, email_verified integer not null default 0,
    image text, created_at text not null, updated_at text not null`,
  member: `account_id integer not null references account(id), person_id integer not null references person(id),
    role text not null, created_at text not null, primary key (account_id, person_id)`,
  person_session: `id ${ID}, token text not null unique, person_id integer not null references person(id),
    expires_at text not null, ip_address text, user_agent text, created_at text not null, updated_at text not null`,
  person_credential: `id ${ID}, person_id integer not null references person(id), provider_id text not null,
    provider_account_id text not null, access_token text, refresh_token text, id_token text,
    access_token_expires_at text, refresh_token_expires_at text, scope text, password text,
    created_at text not null, updated_at text not null`,
  person_verification: `id ${ID}, identifier text not null, value text not null, expires_at text not null,
    created_at text not null, updated_at text not null`,
  api_key: `id ${ID}, public_id text not null unique, digest blob not null, pepper_version integer not null,
    account_id integer not null references account(id), person_id integer not null references person(id),
    label text, description text, environment text, scopes text not null, owner text,
    created_from_address text, created_from_client text, created_at text not null, not_before text,
    expires_at text, idle_expiry_days integer, allowed_cidrs text not null, rate_limit text,
    disabled_at text, revoked_at text, rotated_to integer, rotated_from integer,
    last_used_at text, last_used_address text, last_used_client text, last_used_route text,
    seq integer not null`,
  vm: `id text primary key, account_id integer not null references account(id), session_id text not null unique,
    api_key_id integer references api_key(id), person_id integer not null references person(id), environment text,
    metadata text not null, memory_mb integer not null, vcpu_count integer not null, generation integer not null,
    host_id text not null, isolation text, desired text not null, observed text not null,
    created_at text not null, expires_at text not null, ended_at text, end_reason text, seq integer not null`,
  session: `id text primary key, account_id integer not null references account(id),
    vm_id text not null unique, environment text, metadata text not null, lifetime_seconds integer not null,
    created_at text not null, expires_at text not null, ended_at text, end_reason text`,
  execution: `id text primary key, account_id integer not null references account(id),
    session_id text not null references session(id), language text not null, stdout text not null,
    stderr text not null, exit_code integer, wall_seconds real, cpu_seconds real, created_at text not null,
    ended_at text`,
  ssh_key: `id ${ID}, account_id integer not null references account(id), public_key text not null,
    fingerprint text not null, comment text not null, created_at text not null, unique (account_id, fingerprint)`,
  feed_head: `id integer primary key, seq integer not null`,
  change: `seq integer primary key, at text not null, account_id integer not null, kind text not null,
    subject text not null`,
  audit_event: `seq integer primary key, at text not null, account_id integer not null, event_type text not null,
    actor_type text not null, actor_id text not null, resource_type text not null, resource_id text not null,
    address text, request_id text, payload text not null`,
};

const INDEXES = [
  'api_key_by_account on api_key (account_id, id)',
  'vm_by_account on vm (account_id, created_at)',
  'vm_by_expiry on vm (ended_at, expires_at)',
  'execution_by_session on execution (session_id, created_at)',
  'audit_by_account on audit_event (account_id, seq)',
  'person_session_by_person on person_session (person_id)',
];

export const firstTables: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, columns] of Object.entries(TABLES)) {
      await sql.raw(`create table ${name} (${columns})`).execute(db);
    }
    for (const index of INDEXES) await sql.raw(`create index ${index}`).execute(db);
    await sql.raw('insert into feed_head (id, seq) values (1, 0)').execute(db);
  },
};
