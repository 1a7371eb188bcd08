import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { PERMISSION_NAMES } from '@instavm/contract/permissions';
import { type Answer, type Ask, startServer, withoutRequestId } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const full = await ada.key();
/** One key for each permission that holds every other one. */
const lacking = new Map<string, string>();
for (const name of new Set(operations.map((operation) => operation.permission))) {
  if (name === null || name === 'self:read') continue;
  const scopes = PERMISSION_NAMES.filter((other) => other !== name);
  lacking.set(name, (await ada.key({ scopes })).text);
}

/** A path of the operation that names nothing. */
function pathOf({ path }: Operation): string {
  return path.replace(/\{path\}$/, 'a/b').replaceAll(/\{\w+\}/g, '999');
}

async function call(operation: Operation, ask: Ask, door: '' | '/app' = ''): Promise<Answer> {
  const inBody = operation.credential === 'body' && ask.key !== undefined;
  const { key, ...rest } = ask;
  return server.ask(
    operation.method,
    door + pathOf(operation),
    inBody ? { json: { api_key: key } } : { ...rest, key },
  );
}

const isBodyless = (operation: Operation) => ['GET', 'HEAD'].includes(operation.method);

test('security: every operation of the contract refuses a request without a credential, by both doors', async () => {
  for (const operation of operations) {
    // What takes no credential gets as far as its input, which is missing here.
    const invalid = operation.errorShape === 'oauth' ? 400 : 422;
    const expected = operation.credential !== 'none' ? 401 : operation.built ? invalid : 501;
    for (const door of ['', '/app'] as const) {
      const answer = await call(operation, {}, door);
      assert.equal(answer.status, expected, `${door} ${operation.id}`);
      if (expected !== 401 || operation.method === 'HEAD') continue;
      assert.equal(answer.json.detail, 'Invalid API key or session expired', operation.id);
    }
  }
});

test('security: every operation refuses a key that holds all permissions but its own, and names that one', async () => {
  for (const operation of operations) {
    if (operation.permission === null || operation.permission === 'self:read') continue;
    const answer = await call(operation, { key: lacking.get(operation.permission)! });
    assert.equal(answer.status, 403, operation.id);
    if (operation.method === 'HEAD') continue;
    assert.equal(answer.json.code, 'permission_denied', operation.id);
    assert.ok(answer.json.detail.includes(operation.permission), operation.id);
  }
});

test('an operation that is not built answers 501 with its name, whatever the body; without a key 401', async () => {
  const unbuilt = operations.filter(({ built }) => !built);
  assert.ok(unbuilt.length > 100);
  const bodies: Ask[] = [
    {},
    { json: { anything: [1] } },
    { body: '{"broken', headers: { 'content-type': 'application/json' } },
    { body: 'x', headers: { 'content-type': 'application/x-none-such' } },
  ];
  for (const operation of unbuilt) {
    for (const body of isBodyless(operation) ? [{}] : bodies) {
      const answer = await call(operation, { ...body, key: full.text });
      assert.equal(answer.status, 501, operation.id);
      if (operation.method === 'HEAD') continue;
      assert.equal(answer.json.code, 'not_built', operation.id);
      assert.ok(answer.json.detail.includes(operation.id), operation.id);
    }
    if (operation.credential === 'none') continue;
    const broken = isBodyless(operation) ? {} : bodies[2]!;
    assert.equal((await call(operation, broken)).status, 401, operation.id);
  }
});

test('no operation that is built answers 500 or 501 to a body of the wrong kind', async () => {
  for (const operation of operations.filter((one) => one.built && !isBodyless(one))) {
    for (const body of [
      { json: null },
      { json: [] },
      { json: 'text' },
      { body: '{"broken', headers: { 'content-type': 'application/json' } },
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { body: '--x\r\nbroken', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      { body: '--x\r\nbroken', headers: { 'content-type': 'multipart/form-data' } },
      { body: '<a/>', headers: { 'content-type': 'application/xml' } },
      { body: 'x', headers: { 'content-type': ';;;' } },
    ]) {
      const answer = await server.ask(operation.method, pathOf(operation), { ...body, key: full.text });
      const what = `${operation.id} ${JSON.stringify(body)} ${answer.text}`;
      assert.ok(answer.status < 500, what);
      if (answer.status >= 400) assertError(answer, what);
    }
  }
});

test('a query parameter that comes twice or is strange is never 500', async () => {
  for (const query of [
    'status=all&status=all',
    'status[]=all',
    'status=',
    '__proto__=1',
    '%zz',
    '%00',
    'wait=x&wait=y',
  ]) {
    for (const path of ['/v1/api-keys/', '/v1/vms', '/v1/vms/vm_1']) {
      const answer = await server.ask('GET', `${path}?${query}`, { key: full.text });
      assert.ok(answer.status < 500, `${path}?${query} ${answer.text}`);
    }
  }
});

test('a known path with another method is 405 and says which there are', async () => {
  const methods = new Map<string, Set<string>>();
  for (const operation of operations) {
    const path = pathOf(operation);
    methods.set(path, (methods.get(path) ?? new Set()).add(operation.method));
  }
  for (const [path, known] of methods) {
    for (const door of ['', '/app']) {
      const answer = await server.ask('PUT', door + path, { key: full.text, cookie: ada.cookie });
      if (known.has('PUT')) continue;
      assert.equal(answer.status, 405, door + path);
      assert.equal(answer.json.code, 'method_not_allowed');
      const allow = new Set(answer.headers.get('allow')?.split(', '));
      for (const method of known) assert.ok(allow.has(method), `${path}: ${method} of ${[...allow]}`);
    }
  }
});

test('HEAD is answered where GET is, and is 405 elsewhere', async () => {
  assert.equal((await server.ask('HEAD', '/v1/vms', { key: full.text })).status, 200);
  assert.equal((await server.ask('HEAD', '/v1/vms')).status, 401);
  assert.equal((await server.ask('HEAD', '/kill', { key: full.text })).status, 405);
});

test('abuse case 10: TRACE, an override header and an unknown method reach no operation', async () => {
  const credential = `X-API-Key: ${full.text}`;
  assert.match(await server.raw(['TRACE /v1/vms HTTP/1.1', credential]), /^HTTP\/1\.1 405 /);
  for (const method of ['TRACK', 'CONNECT', 'NONESUCH', 'get']) {
    const text = await server.raw([`${method} /v1/vms HTTP/1.1`, credential]);
    assert.doesNotMatch(text, /^HTTP\/1\.1 2/, method);
  }
  const overridden = await server.ask('GET', '/v1/api-keys/', {
    key: full.text,
    headers: { 'x-http-method-override': 'POST', 'x-method-override': 'POST' },
  });
  assert.ok(Array.isArray(overridden.json));
});

test('an unknown path is 404 as a problem, with and without a key, also close to a known one', async () => {
  for (const path of [
    '/v1/none',
    '/v1',
    '/v1/',
    '/execute/',
    '/v1/api-keys',
    '/v1/vms/a/b/c/d',
    '/app/none',
  ]) {
    for (const ask of [{}, { key: full.text }]) {
      const answer = await server.ask('GET', path, ask);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.json?.code, 'not_found', `${path} ${answer.text}`);
    }
  }
  const badlyEncoded = await server.ask('GET', '/v1/vms/%zz', { key: full.text });
  assert.ok([400, 404].includes(badlyEncoded.status), badlyEncoded.text);
  assertError(badlyEncoded, '/v1/vms/%zz');
});

test('abuse case 41: every answer carries a request id of its own, no-store and nosniff', async () => {
  const ids = new Set<string>();
  for (const ask of [{}, { key: full.text }]) {
    for (const path of ['/v1/vms', '/v1/none', '/healthz', '/readyz']) {
      const { headers } = await server.ask('GET', path, ask);
      ids.add(headers.get('x-request-id') ?? '');
      assert.match(headers.get('cache-control') ?? '', /no-store/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    }
  }
  assert.equal(ids.size, 8);
});

test('abuse case 41: no answer to a credential may be kept by anybody, whatever the operation and the answer', async () => {
  const made = await server.ask('POST', '/v1/api-keys/', { key: full.text, json: {} });
  assert.equal(made.status, 201);
  const answers = [made];
  for (const operation of operations) {
    for (const ask of [{ key: full.text }, { key: `${full.text}x` }])
      answers.push(await call(operation, ask));
    if (operation.method === 'GET') answers.push(await call(operation, { cookie: ada.cookie }, '/app'));
  }
  for (const path of ['/app/auth/get-session', '/app/me', '/app/first-run', '/v1/none']) {
    answers.push(await server.ask('GET', path, { key: full.text, cookie: ada.cookie }));
  }
  const raw = await server.raw(['GET /v1/vms HTTP/1.1', `X-API-Key : ${full.text}`]);
  assert.match(raw, /^HTTP\/1\.1 400 [\s\S]*\r\ncache-control: no-store\r\n/i);
  for (const { headers, status, text } of answers) {
    assert.equal(headers.get('cache-control'), 'no-store', `${status} ${text}`);
    assert.equal(headers.get('etag') ?? headers.get('expires') ?? headers.get('last-modified'), null, text);
  }
  const statuses = new Set(answers.map(({ status }) => status));
  for (const status of [200, 401, 404, 422, 501]) assert.ok(statuses.has(status), `control: ${status}`);
});

test('every answer to a credential says its content type and charset, and no other', async () => {
  for (const operation of operations) {
    for (const key of [full.text, `${full.text}x`]) {
      const { status, headers, text } = await call(operation, { key });
      if (text === '') continue;
      const isJson = /^application\/(problem\+)?json; charset=utf-8$/.test(headers.get('content-type') ?? '');
      const isExport = operation.id.endsWith('.export') && status === 200;
      assert.ok(isJson || isExport, `${operation.id}: ${status} ${headers.get('content-type')}`);
    }
  }
  const raw = await server.raw(['GET /v1/vms HTTP/1.1', 'X-API-Key : x']);
  assert.match(raw, /\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n/i);
});

test('two answers to the same request differ in their request id alone', async () => {
  const [a, b] = await Promise.all([server.ask('GET', '/v1/vms/x'), server.ask('GET', '/v1/vms/x')]);
  assert.notEqual(a.text, b.text);
  assert.equal(withoutRequestId(a.text), withoutRequestId(b.text));
});

function assertError(answer: Answer, what: string): void {
  assert.ok(answer.json, what);
  if (answer.status === 422) assert.ok(Array.isArray(answer.json.detail), what);
  else assert.equal(typeof answer.json.detail, 'string', what);
  assert.equal(typeof answer.json.code, 'string', what);
  assert.equal(answer.json.status, answer.status, what);
}
