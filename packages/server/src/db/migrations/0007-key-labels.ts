import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A label is looked for among an account's live keys whenever one is given. */
export const keyLabels: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        'create index api_key_label on api_key (account_id, label) where ended_at is null and label is not null',
      )
      .execute(db);
  },
};
