import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ID = 'integer primary key autoincrement';

/** Mail that waits to be sent, links that it holds, and what was announced of keys. */
export const mail: Migration = {
  async up(db: Kysely<unknown>) {
    const tables = [
      `mail_message (id ${ID}, dedupe_key text not null unique, kind text not null, recipient text not null,
        sealed blob, created_at text not null, attempts integer not null default 0, next_attempt_at text,
        sent_at text, last_error text)`,
      `person_link (id ${ID}, person_id integer not null references person(id), purpose text not null,
        email text not null, token_digest blob not null unique, created_at text not null,
        expires_at text not null, used_at text)`,
      `key_announcement (api_key_id integer not null references api_key(id), kind text not null,
        days integer not null, ends_at text not null, primary key (api_key_id, kind, days, ends_at))`,
    ];
    for (const table of tables) await sql.raw(`create table ${table}`).execute(db);
    const indexes = [
      'mail_message_due on mail_message (next_attempt_at) where next_attempt_at is not null',
      'person_link_by_person on person_link (person_id, purpose)',
    ];
    for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
  },
};
