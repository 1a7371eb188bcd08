import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { type Answer, type Ask, startServer, withoutRequestId } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = await ada.key();
const reference = withoutRequestId((await server.ask('GET', '/v1/users/me')).text);

async function me(ask: Ask): Promise<Answer> {
  return server.ask('GET', '/v1/users/me', ask);
}

/** The one answer for every bad key. */
function assertRefused(answer: Answer, what: string): void {
  assert.equal(answer.status, 401, what);
  assert.equal(withoutRequestId(answer.text), reference, what);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm="instavm"/, what);
  assert.equal(answer.headers.get('cache-control'), 'no-store', what);
}

/** A well-formed key of the given parts, its checksum right. */
function sealed(publicId: string, secret: string): string {
  const body = `instavm_sk_${publicId}${secret}`;
  return body + checksum(body);
}

test('a good key is accepted in X-API-Key and as a bearer token', async () => {
  assert.equal((await me({ key: key.text })).json.id, ada.id);
  assert.equal((await me({ headers: { authorization: `Bearer ${key.text}` } })).json.id, ada.id);
});

test('the 401 is a problem in the published words', () => {
  const { detail, code, status } = JSON.parse(reference) as Record<string, unknown>;
  assert.deepEqual(
    { detail, code, status },
    { detail: 'Invalid API key or session expired', code: 'invalid_api_key', status: 401 },
  );
});

test('security: a missing, empty, blank or garbage key gets the one 401', async () => {
  assertRefused(await me({}), 'missing');
  for (const bad of [
    '',
    '   ',
    '\t',
    'garbage',
    'null',
    '0',
    "' or 1=1 --",
    'x'.repeat(4000),
    'instavm_sk_',
  ]) {
    assertRefused(await me({ key: bad }), `X-API-Key: ${bad.slice(0, 20)}`);
    assertRefused(await me({ headers: { authorization: `Bearer ${bad}` } }), `Bearer ${bad.slice(0, 20)}`);
  }
});

test('security: a key that is cut, lengthened or wrong in one character is refused at every position', async () => {
  const bad: string[] = [`${key.text}0`, `0${key.text}`, key.text.toLowerCase(), key.text.toUpperCase()];
  for (let at = 0; at < key.text.length; at++) {
    const other = key.text[at] === 'x' ? 'y' : 'x';
    bad.push(key.text.slice(0, at), `${key.text.slice(0, at)}${other}${key.text.slice(at + 1)}`);
  }
  for (const text of bad) assertRefused(await me({ key: text }), `${text.length} characters`);
});

test('security: bytes that look like letters or blanks do not make a key', async () => {
  for (const text of [
    `${key.text}\u00a0`,
    `\u00a0${key.text}`,
    key.text.replace('_', '\u00af'),
    `${key.text}\u00ad`,
  ]) {
    assertRefused(await me({ key: text }), JSON.stringify(text));
  }
});

test('security: an unknown id and a wrong secret are told apart by nothing', async () => {
  const secret = mintKey(randomBytes).slice(23, 55);
  assertRefused(await me({ key: sealed('zzzzzzzzzzzz', secret) }), 'unknown id');
  assertRefused(await me({ key: sealed(key.publicId, secret) }), 'wrong secret');
  assertRefused(await me({ key: sealed('zzzzzzzzzzzz', key.secret) }), 'secret of another id');
  assert.equal(sealed(key.publicId, key.secret), key.text, 'control: the same way makes a good key');
});

test('security: only the right secret of a dead key learns why it is refused', async () => {
  const revoked = await ada.key();
  await server.ask('DELETE', `/v1/api-keys/${revoked.id}`, { key: key.text });
  const answer = await me({ key: revoked.text });
  assert.equal(answer.status, 401);
  assert.equal(answer.json.code, 'key_revoked');
  assert.equal(answer.json.detail, 'Invalid API key or session expired');
  assert.ok(answer.headers.get('www-authenticate'));
  const secret = mintKey(randomBytes).slice(23, 55);
  assertRefused(await me({ key: sealed(revoked.publicId, secret) }), 'wrong secret of a revoked key');
});

test('security: a key header that comes twice is 400, whichever is good', async () => {
  const bad = mintKey(randomBytes);
  for (const [first, second] of [
    [key.text, bad],
    [bad, key.text],
    [key.text, key.text],
  ] as const) {
    for (const name of ['X-API-Key: ', 'Authorization: Bearer ']) {
      const text = await server.raw(['GET /v1/users/me HTTP/1.1', name + first, name + second]);
      assert.match(text, /^HTTP\/1\.1 400 /);
      assert.match(text, /"code":"conflicting_credentials"/);
    }
  }
  const control = await server.raw(['GET /v1/users/me HTTP/1.1', `X-API-Key: ${key.text}`]);
  assert.match(control, /^HTTP\/1\.1 200 /);
});

test('security: two different keys are 400, the same in both headers is one credential', async () => {
  const authorization = (text: string) => ({ authorization: `Bearer ${text}` });
  const two = await me({ key: key.text, headers: authorization(mintKey(randomBytes)) });
  assert.deepEqual([two.status, two.json.code], [400, 'conflicting_credentials']);
  assert.equal((await me({ key: key.text, headers: authorization(key.text) })).status, 200);
});

test('security: Basic credentials and a cookie of somebody else change nothing: the key alone decides', async () => {
  const answer = await me({ key: key.text, cookie: bob.cookie, headers: { authorization: 'Basic dTpw' } });
  assert.deepEqual([answer.status, answer.json.id], [200, ada.id]);
});

test('security: a header that only resembles X-API-Key is no key', async () => {
  for (const [line, status] of [
    [`X_API_Key: ${key.text}`, 401],
    [`X-API-Keys: ${key.text}`, 401],
    [`X-API-Key : ${key.text}`, 400],
    [`X-API-Key:\r\n ${key.text}`, 400],
    [`Accept: a\r\n X-API-Key: ${key.text}`, 400],
    [`X-API-Key: ${key.text}\0`, 400],
  ] as const) {
    const text = await server.raw(['GET /v1/users/me HTTP/1.1', line]);
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), JSON.stringify(line.slice(0, 14)));
  }
});

test('security: too many or too large headers are 431, never a lost key', async () => {
  const many = Array.from({ length: 2500 }, () => 'a:b');
  for (const lines of [[...many, `X-API-Key: ${key.text}`], [`A: ${'x'.repeat(17_000)}`]]) {
    assert.match(await server.raw(['GET /v1/users/me HTTP/1.1', ...lines]), /^HTTP\/1\.1 431 /);
  }
});

test('security: a key in the query, the path or the Referer is no credential and reaches no log', async () => {
  for (const name of ['api_key', 'x-api-key', 'key', 'token', 'access_token']) {
    assertRefused(await server.ask('GET', `/v1/users/me?${name}=${key.text}`), name);
  }
  assertRefused(await me({ headers: { referer: `${server.url}/?api_key=${key.text}` } }), 'Referer');
  assert.equal((await server.ask('GET', `/v1/${key.text}`)).status, 404);
  assert.equal(server.logged.join('').includes(key.secret), false);
});

test('security: a key in the body counts where a session is started and nowhere else', async () => {
  const json = { api_key: key.text };
  assertRefused(await server.ask('POST', '/v1/api-keys/', { json }), 'keys');
  assertRefused(await server.ask('POST', '/execute', { json: { ...json, command: '1' } }), 'execute');
  assertRefused(await server.ask('POST', '/kill', { json: { ...json, session_id: 'x' } }), 'kill');
  const started = await server.ask('POST', '/v1/sessions/session', { json });
  assert.equal(started.status, 201, started.text);
});

test('security: where a session is started, key and header must agree', async () => {
  const start = (ask: Ask) => server.ask('POST', '/v1/sessions/session', ask);
  const other = mintKey(randomBytes);
  assertRefused(await start({ json: {} }), 'none');
  assertRefused(await start({}), 'no body');
  assertRefused(await start({ json: { api_key: other } }), 'unknown');
  assertRefused(await start({ json: { api_key: 7 } }), 'no text');
  assertRefused(await start({ json: { api_key: '' }, headers: {} }), 'empty');
  assertRefused(await start({ json: [key.text] }), 'a list');
  assert.equal((await start({ key: key.text, json: { api_key: other } })).status, 400);
  assert.equal((await start({ key: other, json: { api_key: key.text } })).status, 400);
  assert.equal((await start({ key: key.text, json: { api_key: key.text } })).status, 201);
  assert.equal((await start({ key: key.text, json: {} })).status, 201);
});

test('security: credentials of other kinds are no API key', async () => {
  const token = ada.cookie.split('=')[1]!;
  for (const text of [token, decodeURIComponent(token).split('.')[0]!, 'instavm_st_abc', 'whsec_abc']) {
    assertRefused(await me({ key: text }), text.slice(0, 10));
    assertRefused(await me({ headers: { authorization: `Bearer ${text}` } }), text.slice(0, 10));
  }
});

test('security: the cookie opens /app and is never read on /v1; a key is never read under /app', async () => {
  assertRefused(await me({ cookie: ada.cookie }), 'cookie on /v1');
  const byKey = await server.ask('GET', '/app/v1/users/me', { key: key.text });
  assert.deepEqual([byKey.status, byKey.json.code], [401, 'session_required']);
  const byCookie = await server.ask('GET', '/app/v1/users/me', { cookie: ada.cookie });
  assert.deepEqual([byCookie.status, byCookie.json.id], [200, ada.id]);
});
