import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Answers for requests that are repeated. */
export const repeatedAnswers: Migration = {
  async up(db: Kysely<unknown>) {
    const tables: string[] = [];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
