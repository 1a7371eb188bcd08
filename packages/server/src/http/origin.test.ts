import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { startServer } from '../testing/server.ts';
import { ApiError } from './errors.ts';
import { checkOrigin } from './origin.ts';

const server = await startServer({ after });
const { cookie } = await server.person('Ada');

const OURS = 'http://127.0.0.1:8080';

function isAllowed(method: string, headers: Record<string, string>, isSecure = false): boolean {
  const request = { method, headers, peer: { address: '203.0.113.5', isSecure, isLoopback: false } };
  try {
    checkOrigin(request as unknown as FastifyRequest, new Set([OURS]));
    return true;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return false;
  }
}

test('security: a changing request must come from our own origin', () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal(isAllowed(method, { origin: OURS }), true);
    assert.equal(isAllowed(method, { origin: OURS, 'sec-fetch-site': 'same-origin' }), true);
    for (const origin of [
      'http://evil.example',
      'https://127.0.0.1:8080',
      'http://127.0.0.1:8081',
      'http://127.0.0.1',
      'null',
      '',
      `${OURS}/`,
      `${OURS}.evil.example`,
    ]) {
      assert.equal(isAllowed(method, { origin }), false, `${method} ${origin}`);
    }
    assert.equal(isAllowed(method, {}), false, 'without an origin');
    assert.equal(isAllowed(method, { referer: `${OURS}/keys` }), false, 'with a referer alone');
  }
});

test('security: over https the host that was asked for is our own origin; over plain http a name proves nothing', () => {
  const headers = { host: 'instavm.example:8443', origin: 'https://instavm.example:8443' };
  assert.equal(isAllowed('POST', headers, true), true);
  assert.equal(isAllowed('POST', { ...headers, host: 'INSTAVM.example:8443' }, true), true);
  assert.equal(isAllowed('POST', headers, false), false);
  const plain = { host: 'rebound.example', origin: 'http://rebound.example' };
  for (const isSecure of [true, false]) assert.equal(isAllowed('POST', plain, isSecure), false);
  for (const origin of ['https://instavm.example', 'https://evil.example', 'https://evil.example:8443']) {
    assert.equal(isAllowed('POST', { ...headers, origin }, true), false, origin);
  }
  assert.equal(isAllowed('POST', { ...headers, 'sec-fetch-site': 'cross-site' }, true), false);
});

test('security: what the browser calls cross-site or same-site is refused, whatever its origin', () => {
  for (const site of ['cross-site', 'same-site', '', 'none, same-origin']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      assert.equal(isAllowed(method, { origin: OURS, 'sec-fetch-site': site }), false, `${method} ${site}`);
    }
  }
});

test('a reading request needs no origin, and one that was typed in is none of another site', () => {
  assert.equal(isAllowed('GET', {}), true);
  assert.equal(isAllowed('HEAD', { 'sec-fetch-site': 'none' }), true);
});

test('security: another site cannot act with the cookie of a signed-in person, however it spells the path', async () => {
  const keys = async () => (await server.ask('GET', '/app/v1/api-keys/', { cookie })).json.length;
  const before = await keys();
  for (const path of [
    '/app/v1/api-keys/',
    '/%61pp/v1/api-keys/',
    '/app/%761/api-keys/',
    '/app/v1/api-keys/?/app/',
  ]) {
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: server.url, 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await server.ask('POST', path, { cookie, json: {}, headers });
      assert.equal(answer.status, 403, path);
      assert.equal(answer.json.code, 'csrf_refused');
    }
  }
  const form = await server.ask('POST', '/app/v1/api-keys/', {
    cookie,
    body: '{"label":"x"}',
    headers: { 'content-type': 'text/plain', origin: 'http://evil.example' },
  });
  assert.equal(form.status, 403);
  const noOrigin = await server.raw([
    'POST /app/v1/api-keys/ HTTP/1.1',
    `Cookie: ${cookie}`,
    'Content-Length: 0',
  ]);
  assert.match(noOrigin, /^HTTP\/1\.1 403 /);
  const absolute = await server.raw([
    `POST ${server.url}/app/v1/api-keys/ HTTP/1.1`,
    `Cookie: ${cookie}`,
    'Content-Length: 0',
  ]);
  assert.doesNotMatch(absolute, /^HTTP\/1\.1 2/);
  assert.equal(await keys(), before);
  assert.equal((await server.ask('POST', '/app/v1/api-keys/', { cookie, json: {} })).status, 201, 'control');
});

test('security: no page of another site may read an answer', async () => {
  const origin = { origin: 'http://evil.example' };
  for (const path of ['/v1/vms', '/app/v1/api-keys/', '/healthz']) {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await server.ask(method, path, { cookie, headers: origin });
      assert.equal(headers.get('access-control-allow-origin'), null, `${method} ${path}`);
    }
  }
});
