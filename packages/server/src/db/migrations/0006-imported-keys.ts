import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** One row a key that was imported, whoever imports it twice at once. Their public ids begin with a mark. */
export const importedKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create unique index api_key_imported on api_key (digest) where substr(public_id, 1, 1) in ('~', '.')`,
      )
      .execute(db);
  },
};
