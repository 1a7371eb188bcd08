import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Mail that waits to be sent, and what was announced of keys. */
export const mail: Migration = {
  async up(db: Kysely<unknown>) {
    const tables: string[] = [];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
  },
};
