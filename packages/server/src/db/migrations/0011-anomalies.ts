import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is unusual about keys, and what is usual for them. */
export const anomalies: Migration = {
  async up(db: Kysely<unknown>) {
    const tables: string[] = [];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
