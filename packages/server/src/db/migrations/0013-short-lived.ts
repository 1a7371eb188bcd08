import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Trust policies, exchanged keys and tokens of machines. */
export const shortLived: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      "alter table api_key add column kind text not null default 'api_key'",
      'alter table api_key add column vm_id text',
      'alter table api_key add column trust_policy_id integer',
      `create table trust_policy (id integer primary key autoincrement,
        account_id integer not null references account(id), person_id integer not null references person(id),
        service_account_id integer, name text not null, issuer text not null, audience text not null,
        subject text not null, scopes text not null, environment text, max_seconds integer not null, jwks_url text,
        created_at text not null, deleted_at text, last_used_at text, exchanges integer not null default 0)`,
      'create index trust_policy_by_account on trust_policy (account_id, id)',
      'create index trust_policy_by_issuer on trust_policy (issuer) where deleted_at is null',
      // Tokens of machines and ended keys of exchanges are many, and lists and bounds of keys never look at them.
      "create index api_key_listed on api_key (account_id, id) where kind = 'api_key' and (ended_at is null or trust_policy_id is null)",
      "create index api_key_countable on api_key (account_id, id) where ended_at is null and kind = 'api_key'",
      'create index api_key_by_vm on api_key (vm_id) where vm_id is not null',
      'create index api_key_by_policy on api_key (trust_policy_id) where ended_at is null and trust_policy_id is not null',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
