import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBehindUntoldProxy, ownOrigins, ownUrl } from './listen.ts';
import { startServer } from './testing/server.ts';

const plain = (host: string) => ({ host, port: 0, tls: null, trustedProxies: [] });
const withTls = (host: string) => ({ ...plain(host), tls: { certFile: 'c', keyFile: 'k' } });

test('the address that is printed is one that a browser can open', () => {
  for (const [config, certified, url] of [
    [plain('127.0.0.1'), [], 'http://127.0.0.1:8080'],
    [plain('::1'), [], 'http://[::1]:8080'],
    [plain('0.0.0.0'), [], 'http://127.0.0.1:8080'],
    [plain('::'), [], 'http://[::1]:8080'],
    [withTls('0.0.0.0'), ['a.example', 'b.example'], 'https://a.example:8080'],
    [withTls('192.0.2.7'), ['a.example', '192.0.2.7'], 'https://192.0.2.7:8080'],
    [withTls('192.0.2.7'), ['a.example'], 'https://a.example:8080'],
    [withTls('0.0.0.0'), [], 'https://127.0.0.1:8080'],
  ] as const) {
    assert.equal(ownUrl(config, 8080, certified), url);
  }
  assert.equal(ownUrl(withTls('0.0.0.0'), 443, ['a.example']), 'https://a.example');
});

test('security: the origins of the dashboard are the public address, this machine, and what the certificate names', () => {
  const local = ['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1'];
  assert.deepEqual([...ownOrigins('https://a.example', 1, null)], ['https://a.example', ...local]);
  const secure = local.map((origin) => origin.replace('http:', 'https:'));
  assert.deepEqual(
    [...ownOrigins('https://a.example', 1, ['b.example'])],
    ['https://a.example', ...local, ...secure, 'https://b.example:1'],
  );
});

test('a public https address that nobody serves means a proxy that was not told of', () => {
  const publicUrl = 'https://a.example';
  assert.equal(isBehindUntoldProxy({ ...plain('127.0.0.1'), publicUrl }), true);
  assert.equal(isBehindUntoldProxy({ ...withTls('127.0.0.1'), publicUrl }), false);
  assert.equal(isBehindUntoldProxy({ ...plain('127.0.0.1'), publicUrl, trustedProxies: ['::1/128'] }), false);
  assert.equal(isBehindUntoldProxy({ ...plain('127.0.0.1'), publicUrl: 'http://localhost:9' }), false);
  assert.equal(isBehindUntoldProxy({ ...plain('127.0.0.1'), publicUrl: null }), false);
});

test('it serves on every kind of address, sign-in included', async (t) => {
  for (const host of ['127.0.0.1', '::1', 'localhost', '::', '0.0.0.0']) {
    const server = await startServer(t, { config: { host, trustedProxies: ['192.0.2.9/32'] } });
    const named = host === '::1' ? '[::1]' : '127.0.0.1';
    const answer = await fetch(`http://${named}:${server.port}/app/auth/get-session`);
    assert.deepEqual([answer.status, await answer.text()], [200, 'null'], host);
  }
});
