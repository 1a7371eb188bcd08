import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which pepper each version is, by a fingerprint, so that a wrong one is noticed before it refuses every key. */
export const pepperVersions: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table pepper_version (version integer primary key, fingerprint text not null,
          first_seen_at text not null, retired_at text)`,
      )
      .execute(db);
  },
};
