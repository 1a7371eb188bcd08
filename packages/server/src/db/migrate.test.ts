import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { temporaryFolder } from '../testing/folder.ts';
import { migrate, NewerDatabaseError } from './migrate.ts';
import { openDatabase } from './sqlite.ts';

test('an empty file becomes a database, and migrating it again changes nothing', async (t) => {
  const db = openDatabase(join(temporaryFolder(t), 'a.db'));
  t.after(() => db.destroy());
  await migrate(db);
  await db.insertInto('account').values({ name: 'Ada', created_at: 'now' }).execute();
  await migrate(db);
  assert.equal((await db.selectFrom('account').selectAll().execute()).length, 1);
});

test('a database of a newer version is refused by the name of what is unknown, and nothing is changed', async (t) => {
  const db = openDatabase(join(temporaryFolder(t), 'a.db'));
  t.after(() => db.destroy());
  await migrate(db);
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'now')`.execute(db);
  await sql`drop table audit_event`.execute(db);
  await assert.rejects(
    migrate(db),
    (error) => error instanceof NewerDatabaseError && error.message.includes('9999-later'),
  );
  const tables = await db.introspection.getTables();
  assert.equal(
    tables.some(({ name }) => name === 'audit_event'),
    false,
  );
});

test('a commit is on the disk before it is acknowledged', async (t) => {
  const db = openDatabase(join(temporaryFolder(t), 'a.db'));
  t.after(() => db.destroy());
  const { rows: sync } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
  const { rows: mode } = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);
  assert.equal(sync[0]?.synchronous, 2);
  assert.equal(mode[0]?.journal_mode, 'wal');
});
