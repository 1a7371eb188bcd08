import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was used of quotas in each month. */
export const quotas: Migration = {
  async up(db: Kysely<unknown>) {
    const tables: string[] = [];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
