import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import type { ServedRequest } from './served-request.ts';

const server = await startServer({ after }, { dataDir: temporaryFolder({ after }) });
const anna = await server.person('Anna');
const key = await anna.key({ environment: 'testing' });
const reader = await anna.key({ scopes: ['vms:read'] });

let served: ServedRequest[] = [];
server.deps.servedObservers.push((one) => void served.push(one));
beforeEach(() => {
  served = [];
});

async function only(): Promise<ServedRequest> {
  await until(() => served.length > 0);
  assert.equal(served.length, 1);
  return served[0]!;
}

test('an answered request is told once, with who asked what, from where, and how it went', async () => {
  const answer = await server.ask('GET', '/v1/vms?x=1', {
    key: key.text,
    headers: { 'user-agent': 'curl/8.1' },
  });
  assert.equal(answer.status, 200);
  const { principal, durationMs, bytesIn, bytesOut, receivedAtMs, ...rest } = await only();
  assert.equal(principal?.kind === 'api_key' && principal.keyId, key.id);
  assert.ok(durationMs > 0 && durationMs < 60_000);
  assert.ok(Math.abs(receivedAtMs - server.world.now()) < 60_000);
  assert.ok(bytesIn > 100 && bytesOut > 100);
  assert.deepEqual(rest, {
    operationId: 'vms.list',
    route: 'GET /v1/vms',
    address: '127.0.0.1',
    client: 'curl/8.1',
    status: 200,
    code: null,
    requestId: answer.headers.get('x-request-id'),
    vmId: null,
    sessionId: null,
  });
});

test('a request of the dashboard has the route of its operation', async () => {
  await server.ask('GET', '/app/v1/vms', { cookie: anna.cookie });
  const { principal, route } = await only();
  assert.equal(principal?.kind, 'person');
  assert.equal(route, 'GET /v1/vms');
});

for (const [what, path, auth, status, code] of [
  ['an unknown key', '/v1/vms', { key: 'nonsense' }, 401, 'invalid_api_key'],
  ['a refused permission', '/v1/api-keys/', { key: reader.text }, 403, 'permission_denied'],
  ['a thing that is not there', '/v1/vms/vm_none', { key: key.text }, 404, 'vm_not_found'],
  ['a mistake in the input', '/v1/audit/events?limit=x', { cookie: anna.cookie }, 422, 'validation_failed'],
] as const) {
  test(`${what} is told with the code of its answer`, async () => {
    const door = 'cookie' in auth ? '/app' : '';
    assert.equal((await server.ask('GET', door + path, auth)).status, status);
    const one = await only();
    assert.equal(one.status, status);
    assert.equal(one.code, code);
    assert.equal(one.principal === null, status === 401);
  });
}

test('a path that is no route has no name of its own, however it is spelt', async () => {
  await server.ask('GET', `/v1/${'x'.repeat(50)}`, { key: key.text });
  assert.equal((await only()).route, 'elsewhere');
});

test('bytes are those of each request, on a connection that is used again', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const ask = async (length: number) => {
    served = [];
    const body = JSON.stringify({ label: 'x'.repeat(length) });
    socket.write(
      `POST /v1/api-keys/ HTTP/1.1\r\nhost: a\r\nx-api-key: ${reader.text}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const [answer] = await once(socket, 'data');
    const { bytesIn, bytesOut } = await only();
    assert.equal(bytesOut, answer.length);
    return bytesIn;
  };
  const first = await ask(100);
  assert.equal((await ask(600)) - first, 500);
  assert.equal(await ask(100), first);
  socket.destroy();
});

test('a caller who leaves before the answer is told of too', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `POST /v1/vms HTTP/1.1\r\nhost: a\r\nx-api-key: ${key.text}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
  );
  await once(socket, 'connect');
  await until(() => server.deps.lastUsed.get(key.id)?.route === 'POST /v1/vms');
  socket.destroy();
  const one = await only();
  assert.equal(one.status, 499);
  assert.equal(one.principal?.keyId, key.id);
});

test('an observer that throws fails no request, and is logged without a word of the request', async () => {
  server.deps.servedObservers.push(() => {
    throw new Error('observer broke');
  });
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  await until(() => server.logged.some((line) => line.includes('observer broke')));
  server.deps.servedObservers.pop();
  assert.ok(server.logged.every((line) => !line.includes(key.secret)));
});
