import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Limits, quotas and times of accounts, their environments and keys; how far each reader of the audit trail is. */
export const limitsAndTimes: Migration = {
  async up(db: Kysely<unknown>) {
    const bounds = [
      'concurrent_requests integer',
      'quota_machines integer',
      'quota_vm_seconds integer',
      'quota_executions integer',
    ];
    const times = [
      'machine_idle_timeout_seconds integer',
      'machine_lifetime_seconds integer',
      'machine_lifetime_max_seconds integer',
    ];
    const columns = [
      ...bounds.map((column) => `account add column ${column}`),
      ...times.map((column) => `account add column ${column}`),
      'account add column rate_limit text',
      'account add column key_rate_limit text',
      'account add column quarantine integer not null default 0',
      "account add column places text not null default '[]'",
      "account add column operator_limits text not null default '{}'",
      ...bounds.map((column) => `api_key add column ${column}`),
      'api_key add column quarantine integer',
      'vm add column idle_timeout_seconds integer',
      'vm add column absolute_expires_at text',
      'vm add column last_used_at text',
    ];
    for (const column of columns) await sql.raw(`alter table ${column}`).execute(db);
    const tables = [
      `environment_setting (account_id integer not null references account(id), environment text not null,
        rate_limit text, concurrent_requests integer, ${times.join(', ')}, networks text not null default '[]',
        primary key (account_id, environment))`,
      'event_reader (name text primary key, seq integer not null)',
      'server_setting (name text primary key, value text not null)',
    ];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
