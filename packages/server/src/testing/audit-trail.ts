import { type Kysely, sql } from 'kysely';
import { type Change, recordChange } from '../db/feed.ts';
import { migrate } from '../db/migrate.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { openDatabase } from '../db/sqlite.ts';
import type { TestScope } from './folder.ts';

export const AT = '2027-06-01T10:00:00.000Z';

/** A database of this test alone, in memory, without rows. */
export async function emptyDatabase(t: TestScope): Promise<Kysely<Database>> {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  await migrate(db);
  return db;
}

/** Writes events as the server writes them. */
export async function writeEvents(db: Kysely<Database>, changes: Partial<Change>[]): Promise<void> {
  const actor = { type: 'operator', id: 'test', address: '192.0.2.1', requestId: 'req_1' } as const;
  for (const change of changes) {
    await mutate(db, actor, AT, (trx) =>
      recordChange(trx, AT, actor, {
        accountId: 1,
        event: 'api_key.updated',
        resourceType: 'api_key',
        resourceId: '7',
        ...change,
      }),
    );
  }
}

/** What whoever can write to the file does first. */
export async function dropTriggers(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'trigger'`.execute(
    db,
  );
  for (const { name } of rows) await sql.raw(`drop trigger ${name}`).execute(db);
}
