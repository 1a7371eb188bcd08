import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { assertSumsAreRows } from '../testing/raw-use.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';

const ROUNDS = 4;
const CLIENTS = 6;
const MACHINES = 4;
/** The process is killed when it has made so many machines, at whatever it is doing then. */
const KILLED_AFTER = { min: 5, max: 25 };

test('4 times kill -9 in a load of machines and executions: figures are the rows, nothing stays held, no execution is lost', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const key = await (await first.person('Ada')).key({
    quota_machines: MACHINES,
    quota_vm_seconds: 1_000_000,
  });
  await first.close();

  const executions = { sent: 0, acknowledged: 0 };
  let made = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const program = await startProgram(t, dataDir);
    let isKilled = false;
    const send = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(program.url + path, {
        method,
        headers: { 'x-api-key': key.text, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body ? JSON.stringify(body) : null,
      });
      const json = (await answer.json()) as { vm_id: string; session_id: string };
      assert.ok([200, 201, 410, 429].includes(answer.status), `${answer.status} ${JSON.stringify(json)}`);
      return { status: answer.status, json };
    };
    const churn = async () => {
      while (!isKilled) {
        const { status, json } = await send('POST', '/v1/vms', { memory_mb: 128 });
        if (status !== 201) continue;
        made += 1;
        for (let n = randomInt(4); n > 0; n--) {
          executions.sent += 1;
          const ran = await send('POST', '/execute', { session_id: json.session_id, command: 'print(1)' });
          if (ran.status === 200) executions.acknowledged += 1;
        }
        if (randomInt(2)) await send('DELETE', `/v1/vms/${json.vm_id}`);
        else await send('POST', '/kill', { session_id: json.session_id });
      }
    };
    const clients = Array.from({ length: CLIENTS }, () =>
      churn().catch((error: unknown) => {
        if (!isKilled) throw error;
      }),
    );
    const enough = made + randomInt(KILLED_AFTER.min, KILLED_AFTER.max);
    await until(() => made >= enough, 60_000);
    isKilled = true;
    await program.stop('SIGKILL');
    await Promise.all(clients);

    const server = await startServer(t, { dataDir });
    await assertSumsAreRows(server.deps.db);
    const { quotas } = (await server.ask('GET', '/v1/whoami', { key: key.text })).json.limits;
    assert.deepEqual(
      [quotas.machines.used, quotas.vm_seconds.reserved],
      [0, 0],
      'nothing of the dead is held',
    );
    const { used } = quotas.executions;
    assert.ok(
      used >= executions.acknowledged && used <= executions.sent,
      `${used} ${JSON.stringify(executions)}`,
    );
    const again = [];
    for (let n = 0; n < MACHINES + 1; n++) {
      again.push(await server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128 } }));
    }
    assert.deepEqual(
      again.map(({ status }) => status),
      [201, 201, 201, 201, 429],
      'the whole quota is there again',
    );
    await server.close();
  }
  assert.ok(
    made >= ROUNDS * KILLED_AFTER.min && executions.acknowledged >= ROUNDS,
    `control: ${made} machines`,
  );
  t.diagnostic(`${made} machines, ${executions.acknowledged} of ${executions.sent} executions acknowledged`);
});
