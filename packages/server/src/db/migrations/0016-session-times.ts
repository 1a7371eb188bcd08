import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which setting each time of a session comes from, and which of them ended it; sign-ins that others ended. */
export const sessionTimes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['lifetime_from', 'idle_timeout_from', 'lifetime_max_from', 'ended_by']) {
      await sql.raw(`alter table session add column ${column} text`).execute(db);
    }
    await sql.raw('alter table member add column sign_ins_after integer not null default 0').execute(db);
    const live = 'session_live on session (account_id, created_at) where ended_at is null';
    await sql.raw(`create index ${live}`).execute(db);
  },
};
