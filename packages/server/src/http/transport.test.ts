import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { operations } from '@instavm/contract';
import { mintKey } from '@instavm/keyformat';
import { startServer } from '../testing/server.ts';

// A proxy on this machine is trusted, so that a test can speak for callers elsewhere.
const ELSEWHERE = { 'x-forwarded-for': '203.0.113.5' };
const BY_HTTPS = { ...ELSEWHERE, 'x-forwarded-proto': 'https' };

const server = await startServer({ after }, { config: { trustedProxies: ['127.0.0.1/32'] } });
const { cookie, key: makeKey } = await server.person('Ada');
const key = await makeKey();

const record = async (id: number) => (await server.ask('GET', `/v1/api-keys/${id}`, { key: key.text })).json;

test('abuse case 12: it is refused on every path of the API and never redirected', async () => {
  const paths = new Set(operations.map(({ path }) => path.replaceAll(/\{\w+\}/g, 'x1')));
  for (const path of [...paths, ...[...paths].map((path) => `/app${path}`)]) {
    const { status, json, headers } = await server.ask('GET', path, { key: key.text, headers: ELSEWHERE });
    assert.deepEqual([status, json.code], [403, 'https_required'], path);
    assert.equal(headers.get('location'), null);
    assert.equal(headers.get('strict-transport-security'), null);
  }
  for (const path of [
    '/v1',
    '/v1/none',
    '/%761/vms',
    '/v%31/vms?a',
    '/v1/vms#a',
    '/app/auth/get-session',
    '/app/first-run',
  ]) {
    const { status, json } = await server.ask('GET', path, { headers: ELSEWHERE });
    assert.deepEqual([status, json.code], [403, 'https_required'], path);
  }
  const sent = await server.ask('POST', '/app/auth/sign-in/email', {
    headers: ELSEWHERE,
    json: { email: 'a', password: 'b' },
  });
  assert.equal(sent.json.code, 'https_required', 'before a password is looked at');
});

test('abuse case 12: over https through a trusted proxy, and on this machine, the same requests are answered', async () => {
  const secure = await server.ask('GET', '/v1/vms', { key: key.text, headers: BY_HTTPS });
  assert.equal(secure.status, 200);
  assert.equal(secure.headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains');
  const here = await server.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([here.status, here.headers.get('strict-transport-security')], [200, null]);
  const headers = { ...BY_HTTPS, host: 'instavm.example', origin: 'https://instavm.example' };
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie, headers: BY_HTTPS })).status, 200);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie, headers })).status, 200);
});

test('health, description and pages hold no secret and are answered, unless a key is sent to them', async () => {
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/errors']) {
    assert.equal((await server.ask('GET', path, { headers: ELSEWHERE })).status, 200, path);
    const withKey = await server.ask('GET', path, { headers: ELSEWHERE, key: key.text });
    assert.equal(withKey.json.code, 'https_required', path);
  }
});

test('abuse case 12: a real key is marked wherever in the request it stands, with an audit row and a notice', async () => {
  const ada = await server.person('Grace');
  const ask = (path: string, headers: Record<string, string>, json?: unknown) =>
    server.ask(json ? 'POST' : 'GET', path, {
      headers: { ...ELSEWHERE, ...headers },
      ...(json ? { json } : {}),
    });
  const ways: [string, (text: string) => Promise<{ status: number }>][] = [
    ['X-API-Key', (text) => ask('/v1/vms', { 'x-api-key': text })],
    ['Bearer', (text) => ask('/execute', { authorization: `Bearer ${text}` })],
    ['address', (text) => ask(`/v1/vms?api_key=${text}`, {})],
    ['Referer', (text) => ask('/v1/vms', { referer: `https://x.example/?k=${text}` })],
    ['body', (text) => ask('/v1/sessions/session', {}, { api_key: text })],
    ['body of another operation', (text) => ask('/v1/vms', {}, { metadata: { key: text } })],
    ['a path that does not exist', (text) => ask('/v1/none', { 'x-api-key': text })],
  ];
  for (const [way, send] of ways) {
    const made = await ada.key();
    assert.equal((await send(made.text)).status, 403, way);
    const shown = (await server.ask('GET', `/v1/api-keys/${made.id}`, { key: made.text })).json;
    assert.match(shown.sent_in_clear_at ?? 'never', /^\d{4}-/, way);
    assert.ok(
      shown.notices.some((notice: { code: string }) => notice.code === 'sent_in_clear'),
      way,
    );
    const events = await server.deps.db
      .selectFrom('audit_event')
      .selectAll()
      .where('event_type', '=', 'api_key.sent_in_clear')
      .where('resource_id', '=', String(made.id))
      .execute();
    assert.equal(events.length, 1, way);
    assert.match(JSON.stringify(events[0]), /203\.0\.113\.5/, way);
  }
  assert.equal((await record(key.id)).status, 'active', 'it stays usable: its owner decides');
});

test('no key is marked that is not real, or that came encrypted or from this machine', async () => {
  const before = await server.deps.db.selectFrom('audit_event').selectAll().execute();
  const fresh = await (await server.person('Alan')).key();
  const wrongSecret = mintKey(server.world.randomBytes).slice(23, 55);
  for (const text of [
    'x',
    fresh.text.slice(0, -1),
    `${fresh.text.slice(0, 23)}${wrongSecret}000000`,
    mintKey(server.world.randomBytes),
  ]) {
    const answer = await server.ask('GET', '/v1/vms', { key: text, headers: ELSEWHERE });
    assert.equal(answer.json.code, 'https_required');
  }
  await server.ask('GET', '/v1/vms', { key: fresh.text, headers: BY_HTTPS });
  await server.ask('GET', '/v1/vms', { key: fresh.text });
  const shown = (await server.ask('GET', `/v1/api-keys/${fresh.id}`, { key: fresh.text })).json;
  assert.equal(shown.sent_in_clear_at, null);
  const after = await server.deps.db.selectFrom('audit_event').selectAll().execute();
  const added = after.slice(before.length).filter(({ event_type }) => event_type === 'api_key.sent_in_clear');
  assert.deepEqual(added, []);
});

test('a body that does not come, or comes without end, does not hold the answer back', async () => {
  for (const body of ['', '0'.repeat(70_000)]) {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /v1/vms HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.5\r\nContent-Length: 9000000\r\n\r\n${body}`,
    );
    const answer = await textOf(socket);
    assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*connection: close[\s\S]*https_required/i);
  }
});
