import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import test, { before, suite } from 'node:test';
import { call } from './harness/http.ts';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { type SharedServer, sharedServer } from './harness/shared.ts';

const REFUSED = 'Invalid API key or session expired';

suite('raw HTTP, as curl sends it', () => {
  let server: SharedServer;
  let key: string;
  let strangersKey: string;

  before(async () => {
    server = await sharedServer();
    key = await makeKey(server, await makePerson(server));
    strangersKey = await makeKey(server, await makePerson(server));
  });

  test('X-API-Key lists real machines, and the trailing slash lists the ended ones too', async () => {
    const { json: vm } = await call(server, 'POST', '/v1/vms?wait=true', {
      key,
      body: { metadata: { a: 'b' } },
    });
    const running = await call(server, 'GET', '/v1/vms', { key });
    assert.deepEqual(ids(running.json), [vm.vm_id]);
    assert.match(vm.vm_id, /^vm_[0-9A-Za-z]+$/);
    assert.equal((await call(server, 'DELETE', `/v1/vms/${vm.vm_id}`, { key })).json.status, 'deleted');
    assert.deepEqual(ids((await call(server, 'GET', '/v1/vms', { key })).json), []);
    assert.deepEqual(ids((await call(server, 'GET', '/v1/vms/', { key })).json), [vm.vm_id]);
  });

  test('a machine made without waiting is listed while it is being created', async () => {
    const created = await call(server, 'POST', '/v1/vms?wait=false', { key, body: {} });
    assert.equal(created.status, 201, created.text);
    assert.ok(['creating', 'active'].includes(created.json.status), created.text);
    assert.ok(ids((await call(server, 'GET', '/v1/vms', { key })).json).includes(created.json.vm_id));
    assert.equal((await call(server, 'DELETE', `/v1/vms/${created.json.vm_id}`, { key })).status, 200);
  });

  test('a missing, a malformed, a truncated and a foreign key get the same 401', async () => {
    for (const wrong of [undefined, 'x', key.slice(0, -1), key.replace(/.$/, '~')]) {
      const { status, json } = await call(server, 'GET', '/v1/vms', wrong ? { key: wrong } : {});
      assert.equal(status, 401, String(wrong));
      assert.equal(json.detail, REFUSED);
    }
  });

  test('a bearer token is a key as well, and two different credentials are refused', async () => {
    const bearer = { authorization: `Bearer ${key}` };
    assert.equal((await call(server, 'GET', '/v1/vms', { headers: bearer })).status, 200);
    const both = await call(server, 'GET', '/v1/vms', { key: strangersKey, headers: bearer });
    assert.equal(both.status, 400, both.text);
    const twice = await rawStatus(`${server.url}/v1/vms`, ['X-API-Key', key, 'X-API-Key', strangersKey]);
    assert.equal(twice, 400);
  });

  test('the cookie of the dashboard opens nothing under /v1, and a key nothing under /app/v1', async () => {
    const cookie = { cookie: 'instavm.session_token=abc; better-auth.session_token=abc' };
    assert.equal((await call(server, 'GET', '/v1/vms', { headers: cookie })).status, 401);
    assert.equal((await call(server, 'GET', '/app/v1/vms', { key })).status, 401);
  });

  test('what changes something through the door of the dashboard must come from its own pages', async () => {
    for (const headers of [
      {},
      { origin: 'http://evil.example' },
      { origin: server.url, 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await call(server, 'POST', '/app/v1/vms', { body: {}, headers });
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.equal(typeof answer.json.detail, 'string');
    }
  });

  test('every operation that is not built refuses a bad key first and then names itself with 501', async () => {
    const unbuilt = await operations('not built');
    assert.ok(unbuilt.length > 50);
    for (const { method, path, credential, id } of unbuilt.filter(
      ({ credential }) => credential === 'header',
    )) {
      const bad = await call(server, method, path, { key: 'nonsense' });
      assert.equal(bad.status, 401, `${credential} ${method} ${path}`);
      const good = await call(server, method, path, {
        key,
        ...(/^(GET|HEAD)$/.test(method) ? {} : { body: {} }),
      });
      assert.equal(good.status, 501, `${id}: ${method} ${path}: ${good.text}`);
      // An answer to HEAD has no body.
      if (method !== 'HEAD') assert.match(good.json.detail, /\w{3,} /);
    }
  });

  test('a known path with another method is 405 and says which methods it has', async () => {
    const answer = await call(server, 'PUT', '/v1/vms', { key, body: {} });
    assert.equal(answer.status, 405, answer.text);
    assert.deepEqual(
      answer.headers
        .get('allow')
        ?.split(/, */)
        .filter((name) => name !== 'HEAD')
        .sort(),
      ['GET', 'POST'],
    );
    assert.equal(typeof answer.json.detail, 'string');
  });

  test('bad input is a 4xx with a detail, never a 500', async () => {
    const json = { 'content-type': 'application/json' };
    const cases: [number, string, string, unknown, Record<string, string>?][] = [
      [400, 'POST', '/v1/vms', '{"memory_mb": ', json],
      [422, 'POST', '/v1/vms', { memory_mb: 'lots' }],
      [422, 'POST', '/v1/vms', { vm_lifetime_seconds: -5 }],
      [422, 'POST', '/v1/vms', [1, 2]],
      [422, 'POST', '/v1/api-keys/', { label: 'x', surprise: true }],
      [422, 'POST', '/v1/api-keys/', { scopes: 'all' }],
      [422, 'POST', '/execute', { command: 'x', language: 'cobol' }],
      [422, 'POST', '/execute', { command: 7 }],
      [404, 'GET', '/v1/vms/vm_nope', undefined],
      [404, 'DELETE', '/v1/vms/a%2Fb%20c', undefined],
      [404, 'GET', '/v1/api-keys/999999', undefined],
      [404, 'DELETE', '/v1/ssh-keys/999999', undefined],
      [404, 'GET', '/v1/executions/none', undefined],
      [404, 'POST', '/kill', { session_id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' }],
      [404, 'GET', '/v1/no-such-thing', undefined],
    ];
    for (const [expected, method, path, body, headers = {}] of cases) {
      const { status, text, json } = await call(server, method, path, {
        key,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      const asked = `${method} ${path} ${JSON.stringify(body) ?? ''}: ${text}`;
      assert.equal(status, expected, asked);
      if (status === 422)
        assert.ok(Array.isArray(json.detail) && typeof json.detail[0].msg === 'string', asked);
      else assert.equal(typeof json.detail, 'string', asked);
    }
  });

  test('what belongs to another account answers exactly as what never was', async () => {
    const { json: vm } = await call(server, 'POST', '/v1/vms', { key, body: {} });
    const { json: made } = await call(server, 'POST', '/v1/api-keys/', { key, body: { label: 'mine' } });
    const neverId = 'vm_00000000000000000000';
    const pairs: [string, string, string][] = [
      ['GET', `/v1/vms/${vm.vm_id}`, `/v1/vms/${neverId}`],
      ['DELETE', `/v1/vms/${vm.vm_id}`, `/v1/vms/${neverId}`],
      ['GET', `/v1/api-keys/${made.id}`, '/v1/api-keys/99999999'],
      ['DELETE', `/v1/api-keys/${made.id}`, '/v1/api-keys/99999999'],
    ];
    for (const [method, foreign, never] of pairs) {
      const [theirs, none] = await Promise.all(
        [foreign, never].map((path) => call(server, method, path, { key: strangersKey })),
      );
      assert.equal(theirs!.status, 404);
      assert.deepEqual(withoutRequestId(theirs!.json), withoutRequestId(none!.json));
    }
    assert.equal((await call(server, 'DELETE', `/v1/vms/${vm.vm_id}`, { key })).status, 200);
  });

  test('an execution answers with both streams, the exit code and the session', async () => {
    const session = await call(server, 'POST', '/v1/sessions/session', { body: { api_key: key } });
    assert.match(session.json.session_id, /^[0-9a-f]{8}-[0-9a-f-]{27}$/, session.text);
    const { session_id } = session.json;
    const result = await call(server, 'POST', '/execute', { key, body: { session_id, command: 'print(1)' } });
    assert.equal(result.status, 200, result.text);
    assert.deepEqual([result.json.stdout, result.json.stderr, result.json.exit_code], ['1\n', '', 0]);
    const bashes = await Promise.all(
      [1, 2].map(() =>
        call(server, 'POST', '/execute', { key, body: { session_id, language: 'bash', command: 'sleep 1' } }),
      ),
    );
    const longest = Math.max(...bashes.map(({ json }) => json.execution_time));
    assert.ok(longest < 1.9, `two bash calls of one session run at the same time (${longest} s)`);
    assert.equal((await call(server, 'POST', '/kill', { key, body: { session_id } })).status, 200);
    const after = await call(server, 'POST', '/execute', { key, body: { session_id, command: 'print(1)' } });
    assert.ok(after.status >= 400 && after.status < 500, after.text);
    assert.equal(typeof after.json.detail, 'string');
  });

  test('the API describes itself, and the process says that it lives', async () => {
    const description = await call(server, 'GET', '/openapi.json');
    assert.match(description.json.openapi, /^3\.1/);
    assert.match((await call(server, 'GET', '/docs')).headers.get('content-type') ?? '', /text\/html/);
    assert.equal((await call(server, 'GET', '/healthz')).status, 200);
    const readyz = await call(server, 'GET', '/readyz');
    assert.deepEqual([readyz.json.ready, readyz.json.vm.state], [true, 'ready']);
  });
});

const ids = (vms: { vm_id: string }[]) => vms.map(({ vm_id: id }) => id);

const withoutRequestId = ({ request_id: _, instance: __, ...rest }: Record<string, unknown>) => rest;

/** Lines of the committed list of endpoints in that state, with ids filled in. */
async function operations(state: string) {
  const lines = (await readFile(join(root, 'packages/contract/endpoints.txt'), 'utf8'))
    .trim()
    .split('\n')
    .slice(1);
  return lines
    .map((line) => line.trim().split(/ {2,}/))
    .filter((columns) => columns.at(-1) === state && columns[2] !== 'WS')
    .map(([id, , method, path, credential]) => ({
      id: id!,
      method: method!,
      path: path!.replaceAll(/\{[^}]+\}/g, 'x1'),
      credential: credential!,
    }));
}

/** fetch joins headers of one name; curl can send them apart. */
function rawStatus(url: string, headers: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: ['Host', new URL(url).host, ...headers] }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
