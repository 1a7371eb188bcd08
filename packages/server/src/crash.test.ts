import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from './testing/folder.ts';
import { startProgram } from './testing/program.ts';
import { startServer, type TestKey, testKey } from './testing/server.ts';

const ROUNDS = 3;
/** The process is killed when so many changes were acknowledged; some are then under way. */
const CHANGES_A_ROUND = 40;

test('security: kill -9 in the middle of a load loses no key, revocation or machine that was acknowledged', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const manager = await (await first.person('Ada')).key();
  await first.close();

  const live = new Map<number, TestKey>();
  const revoked = new Map<number, TestKey>();
  const machines = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const program = await startProgram(t, dataDir);
    const headers = { 'x-api-key': manager.text, 'content-type': 'application/json' };
    let acknowledged = 0;
    let isKilled = false;
    /** Makes keys, revokes every second one and makes a machine for it, until the process is gone. */
    const churn = async () => {
      while (!isKilled) {
        const made = await fetch(`${program.url}/v1/api-keys/`, { method: 'POST', headers, body: '{}' });
        const key = testKey((await made.json()) as { id: number; full_key: string });
        live.set(key.id, key);
        acknowledged += 1;
        if (key.id % 2 === 0) continue;
        // From here on it may be either, until it is acknowledged.
        live.delete(key.id);
        const url = `${program.url}/v1/api-keys/${key.id}`;
        const ended = await fetch(url, { method: 'DELETE', headers: { 'x-api-key': manager.text } });
        if ((await ended.text()) && ended.status === 200) revoked.set(key.id, key);
        acknowledged += 1;
        const vm = await fetch(`${program.url}/v1/vms`, {
          method: 'POST',
          headers,
          body: '{"memory_mb":128}',
        });
        machines.add(((await vm.json()) as { vm_id: string }).vm_id);
      }
    };
    const clients = Array.from({ length: 8 }, () => churn().catch(() => {}));
    while (acknowledged < CHANGES_A_ROUND) await new Promise(setImmediate);
    isKilled = true;
    await program.stop('SIGKILL');
    await Promise.all(clients);
  }

  const server = await startServer(t, { dataDir });
  assert.ok(
    live.size >= ROUNDS * 10 && revoked.size >= ROUNDS * 10,
    `${live.size} live, ${revoked.size} revoked`,
  );
  for (const key of live.values()) {
    assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200, `key ${key.id}`);
  }
  for (const key of revoked.values()) {
    const answer = await server.ask('GET', '/v1/vms', { key: key.text });
    assert.deepEqual([answer.status, answer.json.code], [401, 'key_revoked'], `key ${key.id}`);
  }
  assert.ok(machines.size >= ROUNDS * 5, `${machines.size} machines`);
  for (const id of machines) {
    const { json } = await server.ask('GET', `/v1/vms/${id}`, { key: manager.text });
    assert.equal(json.status, 'failed', 'the fake driver keeps its machines in memory, so that each is gone');
    assert.ok(json.end_reason);
  }
  const rows = await server.deps.db.selectFrom('change').select('seq').orderBy('seq').execute();
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    rows.map((_, n) => n + 1),
    'the feed has no gap',
  );
});
