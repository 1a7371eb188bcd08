import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is looked at for the metrics is few rows beside many: endpoints that are off, and mails that were given up. */
export const backlog: Migration = {
  async up(db: Kysely<unknown>) {
    const indexes = [
      'webhook_endpoint_disabled on webhook_endpoint (disabled_at) where disabled_at is not null and deleted_at is null',
      'mail_message_given_up on mail_message (id) where next_attempt_at is null and sent_at is null',
    ];
    for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
  },
};
