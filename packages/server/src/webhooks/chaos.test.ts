import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';

const ROUNDS = 3;
const EVENTS_A_ROUND = 5;

/** What a receiver does with the first attempt at each event; with all later ones it does what it should. */
const TROUBLES: Record<string, (response: ServerResponse) => void> = {
  '/hangs': () => {},
  '/resets': (response) => response.socket!.resetAndDestroy(),
  '/fails': (response) => response.writeHead(500).end(),
  '/redirects': (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
  '/floods': (response) => {
    response.writeHead(500);
    const chunk = Buffer.alloc(1024 * 1024);
    let left = 100;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left--;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  },
  '/works': (response) => response.end(),
};

interface Delivery {
  id: string;
  endpoint_id: string;
  event_id: string;
  status: string;
  attempt_count: number;
  attempts: { status_code: number | null; error: string | null }[];
}

test('chaos: receivers that hang, reset, fail, redirect and flood, the server killed and stopped in between: each event arrives at each of them, and the log is true', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const key = (await (await first.person('Ada')).key()).text;
  await first.close();

  const receiver = await startReceiver(t);
  const attempts = new Map<string, number>();
  receiver.behave = ({ path, json }, response) => {
    const attempt = `${path} ${json.id}`;
    attempts.set(attempt, (attempts.get(attempt) ?? 0) + 1);
    if (attempts.get(attempt) === 1) TROUBLES[path]!(response);
    else response.end();
  };
  const env = {
    INSTAVM_WEBHOOK_ALLOW: '127.0.0.1',
    // A proxy that the environment names is nobody's business here: nothing listens on it.
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: 'http://127.0.0.1:9',
    http_proxy: 'http://127.0.0.1:9',
  };
  const start = async () => {
    const program = await startProgram(t, dataDir, ['--port', '0'], env);
    const ask = async (method: string, path: string, json?: unknown) => {
      const answer = await fetch(program.url + path, {
        method,
        headers: { 'x-api-key': key, ...(json ? { 'content-type': 'application/json' } : {}) },
        body: json ? JSON.stringify(json) : null,
      });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status}`);
      return answer.json();
    };
    return { ...program, ask };
  };

  let program = await start();
  const pathOf = new Map<string, string>();
  for (const path of Object.keys(TROUBLES)) {
    const settings = { url: receiver.url + path, event_patterns: ['api_key.created'], timeout_seconds: 1 };
    pathOf.set((await program.ask('POST', '/v1/webhooks/endpoints', settings)).id, path);
  }
  const made: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let n = 0; n < EVENTS_A_ROUND; n++) made.push((await program.ask('POST', '/v1/api-keys/', {})).id);
    if (round === ROUNDS - 1) break;
    // At whatever it is doing by now.
    await until(() => receiver.received.length > round * 20);
    await program.stop(round === 0 ? 'SIGKILL' : 'SIGTERM');
    program = await start();
  }

  const list = async (): Promise<Delivery[]> =>
    (await program.ask('GET', '/v1/webhooks/deliveries?limit=200')).items;
  await until(async () => {
    const all = await list();
    return all.length === made.length * pathOf.size && all.every(({ status }) => status === 'succeeded');
  }, 60_000);
  for (const path of pathOf.values()) {
    const arrived = receiver.received
      .filter((one) => one.path === path)
      .map(({ json }) => Number(json.resource_id));
    assert.deepEqual(
      [...new Set(arrived)].toSorted((a, b) => a - b),
      made.toSorted((a, b) => a - b),
      path,
    );
  }
  assert.equal(
    receiver.received.some(({ path }) => path === '/elsewhere'),
    false,
  );
  for (const { id } of await list()) {
    const delivery: Delivery = await program.ask('GET', `/v1/webhooks/deliveries/${id}`);
    const path = pathOf.get(delivery.endpoint_id)!;
    const seen = attempts.get(`${path} ${delivery.event_id}`)!;
    assert.equal(delivery.attempts.length, delivery.attempt_count);
    // An attempt whose process died before it was written is the receiver's alone to tell of.
    assert.ok(
      delivery.attempt_count <= seen && delivery.attempt_count >= 1,
      `${path}: ${delivery.attempt_count} of ${seen}`,
    );
    const last = delivery.attempts.at(-1)!;
    assert.deepEqual([last.status_code, last.error], [200, null]);
    for (const { error } of delivery.attempts.slice(0, -1)) assert.ok(error, path);
  }
  assert.equal(await program.stop('SIGTERM'), 0);
  assert.equal(program.log().includes(receiver.received[0]!.body), false);
});
