import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Slices } from '../../audit/slices.ts';
import { verifyAccountChain, verifyServerChain } from '../../audit/verify.ts';
import { openDatabase } from '../sqlite.ts';
import { firstTables } from './0001-first-tables.ts';
import { auditChain } from './0003-audit-chain.ts';

test('events from before the chain are chained as they are, with what is known of them', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  await firstTables.up(db);
  for (const statement of [
    "insert into account (id, name, created_at) values (1, 'Ada', '')",
    "insert into person (id, name, email, created_at, updated_at) values (5, 'Ada', 'a@example.com', '', '')",
    `insert into api_key (id, public_id, digest, pepper_version, account_id, person_id, environment, scopes, created_at,
       allowed_cidrs, seq) values (7, 'A', x'00', 1, 1, 5, 'testing', '[]', '', '[]', 0)`,
    `insert into vm (id, account_id, session_id, person_id, environment, metadata, memory_mb, vcpu_count, generation,
       host_id, desired, observed, created_at, expires_at, seq)
       values ('vm_1', 1, 'session', 5, 'production', '{}', 512, 1, 1, 'h', 'running', 'active', '', '', 2)`,
    eventRow(1, 'person', '5', 'api_key', '7'),
    eventRow(2, 'api_key', '7', 'vm', 'vm_1'),
    eventRow(3, 'system', 'reconciler', 'person', '5'),
    'update feed_head set seq = 3',
  ]) {
    await sql.raw(statement).execute(db);
  }
  await auditChain.up(db);
  const rows = await db.selectFrom('audit_event').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows.map((row) => [row.status, row.environment, row.user_id, row.vm_id, row.session_id]),
    [
      ['success', 'testing', 5, null, null],
      ['success', 'production', 5, 'vm_1', 'session'],
      ['success', null, null, null, null],
    ],
  );
  const deps = { db, slices: new Slices() };
  const whole = await verifyServerChain(deps);
  assert.deepEqual([whole.ok, whole.rows], [true, 3]);
  assert.deepEqual(await verifyAccountChain(deps, 1), whole);
  await assert.rejects(sql.raw('delete from audit_event').execute(db), /append-only/);
});

function eventRow(seq: number, ...[actorType, actorId, resourceType, resourceId]: string[]): string {
  return `insert into audit_event (seq, at, account_id, event_type, actor_type, actor_id, resource_type, resource_id,
    payload) values (${seq}, '', 1, 'x', '${actorType}', '${actorId}', '${resourceType}', '${resourceId}', '{}')`;
}
