import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which setting each time of a session comes from, and which of them ended it. */
export const sessionTimes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['lifetime_from', 'idle_timeout_from', 'lifetime_max_from', 'ended_by']) {
      await sql.raw(`alter table session add column ${column} text`).execute(db);
    }
    const live = 'session_live on session (account_id, created_at) where ended_at is null';
    await sql.raw(`create index ${live}`).execute(db);
  },
};
