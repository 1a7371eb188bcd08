import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { type Ask, startServer } from '../testing/server.ts';

const server = await startServer({ after });
const key = (await (await server.person('Ada')).key()).text;

const createKey = (ask: Ask) => server.ask('POST', '/v1/api-keys/', { key, ...ask });
const as = (type: string) => ({ 'content-type': type });

test('malformed JSON is 400, wherever it is broken', async () => {
  for (const body of [
    '{',
    '{"label":"a"',
    '{"label":"a",}',
    "{'label':'a'}",
    '[1',
    'nul',
    '{"a":1}x',
    '\0',
    '\ufeff{}x',
  ]) {
    const answer = await createKey({ body, headers: as('application/json') });
    assert.deepEqual([answer.status, answer.json.code], [400, 'malformed_json'], JSON.stringify(body));
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
});

test('a request that announces JSON and sends nothing has no body', async () => {
  assert.equal((await createKey({ headers: as('application/json') })).status, 201);
  assert.equal((await createKey({})).status, 201);
  assert.equal((await createKey({ body: '{}', headers: as('application/json; charset=utf-8') })).status, 201);
});

test('a body of another content type is 415', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/jsonp',
  ]) {
    const answer = await createKey({ body: '{"label":"a"}', headers: as(type) });
    assert.deepEqual([answer.status, answer.json.code], [415, 'unsupported_media_type'], type);
  }
  const form = await server.ask('POST', '/download', { key, json: { filename: 'a', session_id: 'x' } });
  assert.equal(form.status, 415);
  const multipart = await server.ask('POST', '/upload', { key, json: { remote_path: 'a' } });
  assert.equal(multipart.status, 415);
});

test('a body that is too large is 413, whether or not its length was announced', async () => {
  const large = JSON.stringify({ description: 'x'.repeat(9 * 1024 * 1024) });
  const announced = await createKey({ body: large, headers: as('application/json') });
  assert.deepEqual([announced.status, announced.json.code], [413, 'payload_too_large']);
  const control = await createKey({ body: `{}${' '.repeat(1024 * 1024)}`, headers: as('application/json') });
  assert.equal(control.status, 201);
});

test('422 names every unknown and every wrong field, and where it is', async () => {
  const unknown = await createKey({ json: { labell: 'a', user_id: 1, scopes: ['full'] } });
  assert.equal(unknown.status, 422);
  assert.match(unknown.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(unknown.json.code, 'validation_failed');
  assert.deepEqual(
    unknown.json.detail.map(({ loc }: { loc: string[] }) => loc),
    [
      ['body', 'labell'],
      ['body', 'user_id'],
    ],
  );
  const wrong = await createKey({ json: { label: 7, scopes: ['vms:fly'], idle_expiry_days: '9' } });
  assert.equal(wrong.status, 422);
  const places = wrong.json.detail.map(({ loc }: { loc: string[] }) => loc.join('.'));
  assert.deepEqual(places.sort(), ['body.idle_expiry_days', 'body.label', 'body.scopes.0']);
  for (const { msg, type } of wrong.json.detail) assert.ok(msg && type);
});

test('a query that is wrong is 422 with its place', async () => {
  const answer = await server.ask('GET', '/v1/api-keys/?status=dead', { key });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json.detail[0].loc, ['query', 'status']);
});

test('security: names of the object prototype are fields like any other', async () => {
  const headers = as('application/json');
  for (const body of ['{"__proto__":{"label":"a"}}', '{"constructor":1}', '{"toString":null}']) {
    const answer = await createKey({ body, headers });
    assert.equal(answer.status, 422, body);
  }
});

test('abuse case 7: requests that could be read in two ways are refused as problems', async () => {
  const host = 'Host: 127.0.0.1\r\n';
  for (const bytes of [
    `POST /v1/vms HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /v1/vms HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    `POST /v1/vms HTTP/1.1\n${host.trim()}\n\n`,
    `GET /v1/vms HTTP/1.1\r\n${host}A: b\0c\r\n\r\n`,
    'no request at all\r\n\r\n',
  ]) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(bytes);
    const [head, body] = (await textOf(socket)).split('\r\n\r\n') as [string, string];
    assert.match(head, /^HTTP\/1\.1 400 /, JSON.stringify(bytes));
    assert.equal(typeof JSON.parse(body).detail, 'string', JSON.stringify(bytes));
  }
});

test('abuse case 7: a request without a Host is 400', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n');
  assert.match(await textOf(socket), /^HTTP\/1\.1 400 /);
});

test('an error names the request id that its header carries', async () => {
  const answer = await server.ask('GET', '/v1/none');
  assert.equal(answer.json.request_id, answer.headers.get('x-request-id'));
  assert.equal(answer.json.type, '/docs/errors#not_found');
});
