import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { temporaryFolder } from '../testing/folder.ts';
import { startCheckpoints } from './checkpoints.ts';
import { openDatabase } from './sqlite.ts';

test('what is committed moves from the log into the database without a commit doing it, and the log does not grow', async (t) => {
  const file = join(temporaryFolder(t), 'test.db');
  const db = openDatabase(file);
  t.after(() => db.destroy());
  await sql`create table page (text text)`.execute(db);
  const fill = async () => {
    for (let i = 0; i < 200; i++) await sql`insert into page values (${'x'.repeat(40_000)})`.execute(db);
  };
  const errors: unknown[] = [];
  const checkpoints = await startCheckpoints(db, file, (error) => errors.push(error));
  await fill();
  const logBytes = statSync(`${file}-wal`).size;
  assert.ok(logBytes > 5_000_000, 'control: commits leave it in the log');
  while (statSync(file).size < 7_000_000) await nextTurn();
  await fill();
  assert.ok(statSync(`${file}-wal`).size < 2 * logBytes, 'the log is written from its beginning again');
  await checkpoints.stop();
  assert.deepEqual(errors, []);
  const { rows } = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db);
  assert.equal(rows[0]!.integrity_check, 'ok');
});
