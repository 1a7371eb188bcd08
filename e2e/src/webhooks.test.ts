import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import type { run } from './harness/program.ts';
import { publishedClient } from './harness/python.ts';
import { startServer } from './harness/server.ts';
import { until } from './harness/until.ts';

// One Python process is client and receiver; each line it prints is a test here.
test('webhooks work with the published client, its verifier above all', async (t) => {
  const server = await startServer({ driver: 'fake', env: { INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8' } });
  t.after(() => server.remove());
  const key = await makeKey(server, await makePerson(server));
  const client = await publishedClient();

  const script = join(root, 'e2e', 'python', 'webhooks.py');
  const { code, stdout, stderr } = await client.python([script, server.url, key], { timeoutSeconds: 120 });

  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  for (const line of lines) {
    const { name, problem } = JSON.parse(line) as { name: string; problem: string | null };
    await t.test(name, () => {
      if (problem !== null) assert.fail(problem);
    });
  }
  assert.equal(code, 0, stderr);
  assert.ok(lines.length > 0, stdout);
});

/** The code blocks of docs/webhooks.md under one heading. */
async function recipe(heading: string, secret: string, port: number): Promise<string> {
  const page = await readFile(join(root, 'docs', 'webhooks.md'), 'utf8');
  const [, code] = new RegExp(`## ${heading}\n+\`\`\`\\w+\n([^]*?)\`\`\``).exec(page)!;
  const text = code!.replace('whsec_...', secret).replace('9000', String(port));
  assert.ok(text.includes(secret) && text.includes(String(port)), 'control');
  return text;
}

test('the receivers of the documentation take what is signed with their secret, and nothing else', async (t) => {
  const server = await startServer({ driver: 'fake', env: { INSTAVM_WEBHOOK_ALLOW: '127.0.0.1' } });
  t.after(() => server.remove());
  const key = await makeKey(server, await makePerson(server));
  const ask = async (method: string, path: string, json?: unknown) => {
    const body = json ? { body: JSON.stringify(json) } : {};
    const headers = { 'x-api-key': key, ...(json ? { 'content-type': 'application/json' } : {}) };
    const answer = await fetch(`${server.url}/v1/webhooks${path}`, { method, headers, ...body });
    // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
    return (await answer.json()) as any;
  };
  // Receivers run until the test is over.
  const launch: typeof run = async (command, args, { env } = {}) => {
    const child = spawn(command, args, { env, stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    return { code: 0, stdout: '', stderr: '' };
  };
  const client = await publishedClient(launch);
  const folder = await mkdtemp(join(tmpdir(), 'ivm-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [heading, file, start] of [
    ['A receiver in Node', 'receiver.mjs', (path: string) => launch(process.execPath, [path])],
    ['A receiver in Python', 'receiver.py', (path: string) => client.python([path])],
  ] as const) {
    const port = await freePort();
    const settings = { url: `http://127.0.0.1:${port}/`, event_patterns: ['snapshot.*'], max_retries: 0 };
    const endpoint = await ask('POST', '/endpoints', settings);
    const path = join(folder, file);
    await writeFile(path, await recipe(heading, endpoint.secret, port));
    await start(path);
    await until('the receiver listens', () => isOpen(port), 30);
    const sent = async (): Promise<string> => {
      const { id } = await ask('POST', `/endpoints/${endpoint.id}/test`);
      const settled = async () => {
        const { status } = await ask('GET', `/deliveries/${id}`);
        return status === 'pending' ? undefined : status;
      };
      return until('the delivery is settled', settled, 20);
    };
    assert.equal(await sent(), 'succeeded', heading);
    await ask('POST', `/endpoints/${endpoint.id}/rotate-secret`);
    assert.equal(await sent(), 'dead', `${heading}: another secret`);
    await ask('DELETE', `/endpoints/${endpoint.id}`);
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isOpen(port: number): Promise<true | undefined> {
  const socket = connect(port, '127.0.0.1');
  const open = await Promise.race([
    once(socket, 'connect').then(() => true as const),
    once(socket, 'error').then(() => undefined),
  ]).catch(() => undefined);
  socket.destroy();
  return open;
}
