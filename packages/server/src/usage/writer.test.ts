import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Principal } from '../auth/principal.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/sqlite.ts';
import type { ServedRequest } from '../http/served-request.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { toolOn } from '../testing/tool.ts';
import { until } from '../testing/until.ts';
import { Usage } from './usage.ts';
import { lastSteps } from './window.ts';

test('while the database is locked what was counted stays in memory, is readable, and is written once it is free', async (t) => {
  const file = join(temporaryFolder(t), 'instavm.db');
  const db = openDatabase(file);
  t.after(() => db.destroy());
  await migrate(db);
  await sql`pragma busy_timeout=0`.execute(db);
  const { id: accountId } = await db
    .insertInto('account')
    .values({ name: 'Ada', created_at: '' })
    .returning('id')
    .executeTakeFirstOrThrow();
  let nowMs = Date.UTC(2030, 0, 1);
  const open = () => new Usage({ db, slices: { next: async () => {} }, now: () => nowMs, randomBytes });
  const usage = open();
  const serve = () =>
    usage.note({
      principal: { kind: 'api_key', accountId, keyId: 1, environment: null } as Principal,
      ...{ operationId: 'vms.list', route: 'GET /v1/vms', address: '', client: 'curl/8', status: 200 },
      ...{ code: null, requestId: '', receivedAtMs: nowMs, durationMs: 1, bytesIn: 1, bytesOut: 1 },
      ...{ vmId: null, sessionId: null },
    } satisfies ServedRequest);
  const scope = { accountId, environment: null, keyId: null, vmId: null };
  const count = async (reader = usage.reader) => {
    const series = await reader.series(scope, lastSteps('minute', 60, nowMs));
    return [...series.values()].reduce((sum, { requests }) => sum + requests, 0);
  };

  const other = new DatabaseSync(file);
  t.after(() => other.close());
  serve();
  await usage.flush();
  other.exec('begin immediate');
  for (let minute = 0; minute < 5; minute++) {
    serve();
    nowMs += 60_000;
    await assert.rejects(usage.flush(), /locked/);
  }
  assert.equal(await count(), 6);
  assert.equal(await count(open().reader), 1, 'control: nothing was written');
  other.exec('rollback');
  await usage.flush();
  assert.equal(await count(), 6);
  assert.equal(await count(open().reader), 6);
  assert.equal(usage.buffer.size.minutes, 0, 'and memory is free again');
});

test('a server that is killed loses at most what it served in its last seconds, and counts nothing twice', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  await tool('users create --email ada@example.com --password-stdin', 'correct horse battery');
  const key = (await tool('keys create --email ada@example.com --label k')).printed.trim();
  let served = 0;
  let written = 0;
  for (let round = 0; round < 2; round++) {
    const server = await startProgram(t, dataDir);
    const ask = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const { status } = await fetch(`${server.url}/v1/ssh-keys`, { headers: { 'x-api-key': key } });
        assert.equal(status, 200);
        served++;
      }
    };
    assert.ok(countIn(dataDir) >= written, 'what was written is there after the restart');
    await ask(40);
    const known = served;
    await until(() => countIn(dataDir) >= written + 40);
    written = countIn(dataDir);
    assert.ok(written <= known);
    await ask(7);
    await server.stop('SIGKILL');
    assert.ok(countIn(dataDir) <= served);
  }
  const server = await startProgram(t, dataDir);
  const answer = await fetch(`${server.url}/v1/usage?period=1h&by=route`, { headers: { 'x-api-key': key } });
  const { totals } = (await answer.json()) as { totals: { requests: number } };
  assert.ok(
    totals.requests >= written && totals.requests <= served,
    `${written} ${totals.requests} ${served}`,
  );
  await server.stop('SIGTERM');
  assert.equal(countIn(dataDir), totals.requests + 1, 'one that is stopped loses nothing');
});

/** As another process sees it: what is in the file. */
function countIn(dataDir: string): number {
  const file = new DatabaseSync(join(dataDir, 'instavm.db'), { readOnly: true });
  try {
    const row = file
      .prepare(
        "select sum(requests) as n from usage_minute join usage_subject s on s.id = subject_id where s.kind = 'environment'",
      )
      .get() as { n: number | null };
    return row.n ?? 0;
  } finally {
    file.close();
  }
}
