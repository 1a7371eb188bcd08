import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from './testing/folder.ts';
import { keepAlive } from './testing/keep-alive.ts';
import { startProgram } from './testing/program.ts';
import { startServer, type TestKey, testKey } from './testing/server.ts';

const ROUNDS = 25;
const CLIENTS = 8;
/** The process is killed within this time of its first answer, at whatever it is doing then. */
const LIFE_MS = { min: 50, max: 600 };
/** Of the keys from earlier rounds so many are looked at in each; all of them at the end. */
const SAMPLE = 60;
const MACHINES_MAX = 30;

/** What its last acknowledged change made of a key; null while a change is under way that nobody was told of. */
type Known = 'live' | 'disabled' | 'revoked' | 'rotated';
interface Tracked extends TestKey {
  known: Known | null;
}

const CODES: Record<Known, string | null> = {
  live: null,
  disabled: 'key_disabled',
  revoked: 'key_revoked',
  rotated: 'key_rotated',
};

test('abuse case 22: 25 times kill -9 in a load of key changes: no acknowledged change is lost, memory is the database, the chain holds', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const manager = await (await first.person('Ada')).key();
  await first.close();

  const keys: Tracked[] = [];
  const machines: string[] = [];
  let acknowledged = 0;
  let underWay = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const program = await startProgram(t, dataDir, ['--port', '0'], { INSTAVM_MAX_KEYS: '1000000' });
    const fresh = keys.length;
    await assertAsKnown(program.url, manager, sampleOf(keys, SAMPLE), dataDir);
    let isKilled = false;
    const send = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(program.url + path, {
        method,
        headers: { 'x-api-key': manager.text, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body ? JSON.stringify(body) : null,
      });
      const json = (await answer.json()) as { id: number; full_key: string; vm_id: string };
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
      acknowledged += 1;
      return json;
    };
    /** One change of one key; what it made is known once it is answered. */
    const change = async (key: Tracked, known: Known, work: () => Promise<unknown>) => {
      key.known = null;
      await work();
      key.known = known;
    };
    const churn = async () => {
      while (!isKilled) {
        const key: Tracked = { ...testKey(await send('POST', '/v1/api-keys/', {})), known: 'live' };
        keys.push(key);
        const path = `/v1/api-keys/${key.id}`;
        const act = randomInt(5);
        if (act === 0) await change(key, 'revoked', () => send('DELETE', path));
        if (act === 1) await change(key, 'disabled', () => send('POST', `${path}/disable`));
        if (act === 2) {
          await change(key, 'rotated', async () => {
            const next = await send('POST', `${path}/rotate`, { policy: 'now' });
            keys.push({ ...testKey(next), known: 'live' });
          });
        }
        if (act === 3) {
          await change(key, 'disabled', () => send('POST', `${path}/disable`));
          await change(key, 'live', () => send('POST', `${path}/enable`));
        }
        if (act === 4 && machines.length < MACHINES_MAX) {
          machines.push((await send('POST', '/v1/vms', { memory_mb: 128 })).vm_id);
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, () =>
      churn().catch((error: unknown) => {
        if (!isKilled) throw error;
        underWay += 1;
      }),
    );
    await delay(randomInt(LIFE_MS.min, LIFE_MS.max));
    isKilled = true;
    await program.stop('SIGKILL');
    await Promise.all(clients);
    t.diagnostic(`round ${round + 1}: ${keys.length - fresh} keys`);
  }

  const server = await startServer(t, { dataDir });
  assert.ok(acknowledged >= ROUNDS * 20, `${acknowledged} changes were acknowledged`);
  assert.ok(underWay >= ROUNDS, `control: ${underWay} clients were cut off in the middle of a change`);
  for (const known of Object.keys(CODES)) {
    assert.ok(keys.filter((key) => key.known === known).length >= 10, `control: ${known}`);
  }
  await assertAsKnown(server.url, manager, keys, dataDir);

  const verified = await server.ask('GET', '/v1/audit/verify', { key: manager.text });
  assert.deepEqual([verified.status, verified.json.ok], [200, true], verified.text);
  const rows = await server.deps.db.selectFrom('change').select('seq').orderBy('seq').execute();
  assert.deepEqual(
    rows.map(({ seq }) => seq),
    rows.map((_, n) => n + 1),
    'the feed has no gap',
  );
  assert.ok(machines.length >= 10);
  for (const id of machines) {
    const { json } = await server.ask('GET', `/v1/vms/${id}`, { key: manager.text });
    assert.equal(json.status, 'failed', 'the fake driver keeps its machines in memory, so that each is gone');
    assert.ok(json.end_reason);
  }
  t.diagnostic(`${keys.length} keys, ${acknowledged} changes acknowledged, ${underWay} cut off`);
});

/** What each key gets over HTTP is what was acknowledged of it, and what its row in the database says. */
async function assertAsKnown(url: string, manager: TestKey, keys: Tracked[], dataDir: string): Promise<void> {
  const database = new DatabaseSync(join(dataDir, 'instavm.db'), { readOnly: true });
  const rowOf = database.prepare('select end_reason, disabled_at from api_key where id = ?');
  const connection = keepAlive(url);
  try {
    assert.equal((await connection.askWhole(requestOf(manager))).status, 200, 'control');
    for (const key of keys) {
      const { status, body } = await connection.askWhole(requestOf(key));
      const code = status === 200 ? null : (JSON.parse(body) as { code: string }).code;
      if (key.known) assert.equal(code, CODES[key.known], `key ${key.id} was ${key.known}`);
      const row = rowOf.get(key.id) as { end_reason: string | null; disabled_at: string | null };
      const stored = (row.end_reason ?? (row.disabled_at ? 'disabled' : 'live')) as Known;
      assert.equal(code, CODES[stored], `key ${key.id} is ${stored} in the database`);
    }
  } finally {
    connection.close();
    database.close();
  }
}

const requestOf = ({ text }: TestKey) =>
  `GET /v1/whoami HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${text}\r\n\r\n`;

function sampleOf<T>(items: T[], size: number): T[] {
  const newest = items.slice(-size / 2);
  return [
    ...newest,
    ...Array.from({ length: Math.min(size / 2, items.length) }, () => items[randomInt(items.length)]!),
  ];
}
