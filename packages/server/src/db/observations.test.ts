import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { temporaryFolder } from '../testing/folder.ts';
import { writeObservations } from './observations.ts';
import type { Database } from './schema.ts';
import { openDatabase } from './sqlite.ts';

const db = openDatabase(join(temporaryFolder({ after }), 'instavm.db'));
after(() => db.destroy());
await sql`create table seen (id integer primary key)`.execute(db);

const [NORMAL, FULL] = [1, 2];

async function synchronousOf(connection: Kysely<Database>): Promise<number | undefined> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(connection);
  return rows[0]?.synchronous;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('observations do not wait for the disk; what is written after them does, each time anew', async () => {
  assert.equal(await synchronousOf(db), FULL, 'control');
  for (const round of [1, 2]) {
    await writeObservations(db, [round], async (trx) => {
      assert.equal(await synchronousOf(trx), NORMAL);
    });
    assert.equal(await synchronousOf(db), FULL);
  }
});

test('all are written, some at a time, and others get the connection in between', async () => {
  const sizes: number[] = [];
  let between = 0;
  await writeObservations(db, numbers(250), async (trx, some) => {
    sizes.push(some.length);
    // Waits for its turn, as every request does that reads.
    void synchronousOf(db).then(() => between++);
    for (const id of some) await sql`insert into seen values (${id})`.execute(trx);
  });
  const { rows } = await sql<{ count: number }>`select count(*) as count from seen`.execute(db);
  assert.equal(rows[0]?.count, 250);
  assert.deepEqual(sizes, [100, 100, 50]);
  assert.ok(between >= 2, `${between} reads came in between`);
});

test('a failure keeps nothing of its own transaction, is told, and leaves the disk waited for', async () => {
  const twice = [1001, 1001];
  const write = writeObservations(db, twice, async (trx, some) => {
    for (const id of some) await sql`insert into seen values (${id})`.execute(trx);
  });
  await assert.rejects(write, /UNIQUE/);
  const { rows } = await sql<{ id: number }>`select id from seen where id = 1001`.execute(db);
  assert.deepEqual(rows, []);
  assert.equal(await synchronousOf(db), FULL);
});
