import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { LOST_USE_MS, MachineUses } from './machine-uses.ts';

const START = Date.parse('2027-01-01T00:00:00.000Z');
const text = (ms: number) => new Date(ms).toISOString();
const row = (usedMs: number | null, createdMs = START - 3_600_000) => ({
  id: 'vm_1',
  created_at: text(createdMs),
  last_used_at: usedMs === null ? null : text(usedMs),
  ended_at: null,
});

test('a machine is used now while anything uses it, and then was when the last of them ended', () => {
  let nowMs = START;
  const uses = new MachineUses({ now: () => nowMs });
  const [one, other] = [uses.begin('vm_1'), uses.begin('vm_1')];
  nowMs += 1000;
  assert.equal(uses.lastUsedMs(row(null)), nowMs);
  one();
  one();
  nowMs += 1000;
  assert.equal(
    uses.lastUsedMs(row(null)),
    nowMs,
    'the other goes on, however often the first says it is over',
  );
  other();
  nowMs += 5000;
  assert.equal(uses.lastUsedMs(row(null)), nowMs - 5000);
});

test('after a crash a machine counts as used as late as the lost seconds allow, never later than the start', () => {
  const uses = new MachineUses({ now: () => START });
  assert.equal(uses.lastUsedMs(row(START - 60_000)), START - 60_000 + LOST_USE_MS);
  assert.equal(uses.lastUsedMs(row(START - 2000)), START);
  assert.equal(
    uses.lastUsedMs(row(null, START + 500)),
    START + 500,
    'one that was made since is known exactly',
  );
  assert.equal(
    uses.lastUsedMs({ ...row(START - 60_000), ended_at: text(START) }),
    START - 60_000,
    'of an ended one it is what is written',
  );
});

test('uses are written in one go, of what ended nothing is kept, and a use during the writing is not lost', async (t) => {
  const server = await startServer(t);
  const key = (await (await server.person('Ada')).key()).text;
  const { db, uses } = server.deps;
  const vm = (await server.ask('POST', '/v1/vms', { key, json: {} })).json;
  const written = async () =>
    (await db.selectFrom('vm').select('last_used_at').where('id', '=', vm.vm_id).executeTakeFirstOrThrow())
      .last_used_at;
  const run = () =>
    server.ask('POST', '/execute', { key, json: { session_id: vm.session_id, command: 'print(1)' } });
  server.world.advance(60_000);
  const flushing = uses.flush(db);
  assert.equal((await run()).status, 200);
  await flushing;
  await uses.flush(db);
  const shown = (await server.ask('GET', `/v1/vms/${vm.vm_id}`, { key })).json.last_used_at;
  assert.equal(await written(), shown);
  await server.ask('DELETE', `/v1/vms/${vm.vm_id}`, { key });
  uses.begin(vm.vm_id)();
  await uses.flush(db);
  assert.equal(await written(), shown, 'an ended machine keeps what it had');
});

test('kill -9: what was used before stands in the database within seconds, and is there after it', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const key = (await (await first.person('Ada')).key()).text;
  await first.close();
  const program = await startProgram(t, dataDir, ['--port', '0']);
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(program.url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path} ${answer.status}`);
    return (await answer.json()) as { vm_id: string; session_id: string };
  };
  const vm = await post('/v1/vms', { idle_timeout_seconds: 60 });
  const usedFrom = Date.now();
  await post('/execute', { session_id: vm.session_id, command: 'print(1)' });
  // A program that goes on is a use at each moment, so its time keeps up with the clock.
  await post('/execute_async', { session_id: vm.session_id, command: 'sleep 300', language: 'bash' });
  const database = new DatabaseSync(join(dataDir, 'instavm.db'), { readOnly: true });
  t.after(() => database.close());
  const written = () => {
    const found = database.prepare('select last_used_at from vm where id = ?').get(vm.vm_id);
    return Date.parse(String(found?.last_used_at));
  };
  await until(() => written() >= usedFrom, LOST_USE_MS);
  const seen = written();
  await until(() => written() > seen, LOST_USE_MS);
  const killedMs = Date.now();
  await program.stop('SIGKILL');
  assert.ok(killedMs - written() < LOST_USE_MS, `${killedMs - written()} ms are lost`);
});
