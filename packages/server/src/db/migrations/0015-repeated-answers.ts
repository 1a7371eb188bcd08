import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Answers for requests that are repeated. */
export const repeatedAnswers: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      `create table repeated_answer (caller text not null, key_digest text not null, account_id integer not null,
        sealed blob not null, expires_at text not null, primary key (caller, key_digest))`,
      'create index repeated_answer_by_account on repeated_answer (account_id)',
      'create index repeated_answer_by_expiry on repeated_answer (expires_at)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
