import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { assertSumsAreRows, storedUse } from '../../testing/raw-use.ts';
import { openDatabase } from '../sqlite.ts';
import { migrations } from './index.ts';

test('machines from before quotas are counted: by month and hour, for the first key of each rotation, none that never ran', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  const [before, after] = [[] as string[], [] as string[]];
  for (const name of Object.keys(migrations)) (name < '0009' ? before : after).push(name);
  for (const name of before) await migrations[name]!.up(db);
  for (const statement of [
    "insert into account (id, name, created_at) values (1, 'Ada', ''), (2, 'Bob', '')",
    "insert into person (id, name, email, created_at, updated_at) values (5, 'Ada', 'a@example.com', '', '')",
    keyRow(7, 'null'),
    keyRow(8, '7'),
    keyRow(9, '8'),
    vmRow('a', 1, 7, '2029-12-31T23:59:59.000Z', '2030-01-01T01:30:00.500Z'),
    vmRow('b', 1, 9, '2030-01-01T01:00:00.000Z', '2030-01-01T01:00:30.000Z'),
    vmRow('c', 1, null, '2030-01-05T00:00:00.000Z', '2030-01-05T00:00:01.000Z'),
    vmRow('d', 1, 9, '2030-01-05T00:00:00.000Z', null),
    vmRow('e', 2, null, '2030-01-05T00:00:00.000Z', '2030-01-09T00:00:00.000Z'),
    `${vmRow('f', 1, 7, '2030-01-06T00:00:00.000Z', '2030-01-06T00:00:09.000Z')}`,
    "update vm set isolation = null where id = 'vm_f'",
  ]) {
    await sql.raw(statement).execute(db);
  }
  for (const name of after) await migrations[name]!.up(db);
  await assertSumsAreRows(db);
  const { months } = await storedUse(db);
  assert.equal(months['1 7 2030-01'], 5_400_500 + 30_000, 'the whole rotation in one');
  assert.equal(months['1 0 2029-12'], 1000);
  assert.equal(months['2 0 2030-01'], 7_200_000, 'no longer than its lifetime');
  const { rows } = await sql<{ id: string; quota_key_id: number | null }>`
    select id, quota_key_id from vm order by id`.execute(db);
  assert.deepEqual(
    rows.map((row) => row.quota_key_id),
    [7, 7, null, 7, null, 7],
  );
});

function keyRow(id: number, rotatedFrom: string): string {
  return `insert into api_key (id, public_id, digest, pepper_version, account_id, person_id, scopes, created_at,
    allowed_cidrs, rotated_from, seq) values (${id}, 'K${id}', x'00', 1, 1, 5, '[]', '', '[]', ${rotatedFrom}, 0)`;
}

/** Its lifetime is two hours. */
function vmRow(name: string, account: number, key: number | null, from: string, to: string | null): string {
  const expires = new Date(Date.parse(from) + 7_200_000).toISOString();
  return `insert into vm (id, account_id, session_id, api_key_id, person_id, environment, metadata, memory_mb, vcpu_count,
    generation, host_id, isolation, desired, observed, created_at, expires_at, ended_at, seq)
    values ('vm_${name}', ${account}, '${name}', ${key}, 5, null, '{}', 512, 2, 1, 'h', 'none', 'running', 'active',
    '${from}', '${expires}', ${to === null ? 'null' : `'${to}'`}, 0)`;
}
