import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ERROR_CODES, operations } from '@instavm/contract';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });

test('health and readiness need no credential and say what is there', async () => {
  assert.deepEqual((await server.ask('GET', '/healthz')).json, { status: 'ok' });
  const { status, json } = await server.ask('GET', '/readyz');
  assert.equal(status, 200);
  assert.deepEqual(json, {
    ready: true,
    database: 'ok',
    vm: { driver: 'fake', isolation: 'none', state: 'ready', progress: null, detail: null },
  });
});

test('the API describes itself: OpenAPI 3.1, every operation, every error code', async () => {
  const openapi = await server.ask('GET', '/openapi.json');
  assert.match(openapi.json.openapi, /^3\.1\./);
  const docs = await server.ask('GET', '/docs');
  for (const { id } of operations) assert.ok(docs.text.includes(`id="${id}"`), id);
  const errors = await server.ask('GET', '/docs/errors');
  for (const code of ERROR_CODES) assert.ok(errors.text.includes(`id="${code}"`), code);
  for (const { headers } of [docs, errors]) {
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  }
});

test('security: a path of the API is never answered with the page of the dashboard', async () => {
  for (const path of [
    '/v1/none',
    '/app/none',
    '/api/none',
    '/oauth/none',
    '/docs/none',
    '/execute/none',
    '/metrics/none',
  ]) {
    const { status, json } = await server.ask('GET', path);
    assert.deepEqual([status, json?.code], [404, 'not_found'], path);
  }
});

test('security: no path leads out of the files of the dashboard', async () => {
  for (const path of [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/.git/config',
  ]) {
    const text = await server.raw([`GET ${path} HTTP/1.1`]);
    assert.doesNotMatch(text, /"private": true|\[core\]/, path);
  }
});
