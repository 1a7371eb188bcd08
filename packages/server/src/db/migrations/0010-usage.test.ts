import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openDatabase } from '../sqlite.ts';
import { migrations } from './index.ts';

test('machines from before usage are counted for the key that made them, by hour and by day', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  const names = Object.keys(migrations);
  for (const name of names.filter((one) => one < '0010')) await migrations[name]!.up(db);
  await sql`pragma foreign_keys=off`.execute(db);
  await insertVm('a', 7, '2029-12-31T23:59:59.000Z', '2030-01-01T01:00:00.500Z', 'none');
  await insertVm('b', 7, '2030-01-01T00:30:00.000Z', '2030-01-01T00:30:02.000Z', 'none');
  await insertVm('c', null, '2030-01-01T00:00:00.000Z', '2030-01-01T00:00:01.000Z', 'none');
  await insertVm('never ran', 7, '2030-01-01T00:00:00.000Z', '2030-01-01T00:00:09.000Z', null);
  await insertVm('runs', 7, '2030-01-01T00:00:00.000Z', null, 'none');
  for (const name of names.filter((one) => one >= '0010')) await migrations[name]!.up(db);
  const { rows } = await sql<{ api_key_id: number; step: string; at: number; vm_ms: number }>`
    select api_key_id, step, at, vm_ms from usage_machine order by api_key_id, step, at`.execute(db);
  const time = (at: number) => new Date(at * 1000).toISOString().slice(0, 13);
  assert.deepEqual(
    rows.map((row) => `${row.api_key_id} ${row.step} ${time(row.at)} ${row.vm_ms}`),
    [
      '0 day 2030-01-01T00 1000',
      '0 hour 2030-01-01T00 1000',
      '7 day 2029-12-31T00 1000',
      '7 day 2030-01-01T00 3602500',
      '7 hour 2029-12-31T23 1000',
      '7 hour 2030-01-01T00 3602000',
      '7 hour 2030-01-01T01 500',
    ],
  );

  async function insertVm(
    name: string,
    key: number | null,
    from: string,
    to: string | null,
    isolation: string | null,
  ) {
    const expires = new Date(Date.parse(from) + 7_200_000).toISOString();
    await sql`insert into vm (id, account_id, session_id, api_key_id, person_id, metadata, memory_mb, vcpu_count,
      generation, host_id, isolation, desired, observed, created_at, expires_at, ended_at, seq)
      values (${name}, 1, ${name}, ${key}, 1, '{}', 256, 1, 1, 'h', ${isolation}, 'running', 'active', ${from},
      ${expires}, ${to}, 0)`.execute(db);
  }
});
