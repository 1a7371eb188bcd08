import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { makeAuthority } from '@instavm/server/testing/authority';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { startProxy } from './harness/proxies.ts';
import { sendRaw } from './harness/raw.ts';
import { startTlsServer, writeTlsFiles } from './harness/tls-server.ts';

// A cache that looks at paths alone is the worst that can stand in front: it would give one caller another's answer.
test('abuse case 41: a cache in front that keeps what it may never gives one caller the answer of another', async (t) => {
  const authority = makeAuthority();
  const certificate = authority.issue(['localhost']);
  const files = await writeTlsFiles(authority, certificate);
  t.after(() => files.remove());
  const server = await startTlsServer(files, { env: { INSTAVM_TRUSTED_PROXIES: '127.0.0.1' } });
  t.after(() => server.remove());
  const port = Number(new URL(server.url).port);
  const proxy = await startProxy('nginx', port, certificate, { isCaching: true });
  t.after(() => proxy.stop());
  const ask = async (path: string, ...lines: string[]) => {
    const head = [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines, '', ''];
    const [answer] = await sendRaw({ port: proxy.httpsPort, ca: authority.cert }, head.join('\r\n'));
    assert.ok(answer, path);
    return answer;
  };

  const page = readFileSync(join(root, 'packages/dashboard/dist/index.html'), 'utf8');
  const asset = /(?:src|href)="(\/assets\/[^"]+)"/.exec(page)![1]!;
  assert.equal((await ask(asset)).headers['x-cache'], 'MISS');
  assert.equal((await ask(asset)).headers['x-cache'], 'HIT', 'control: what may be kept is kept');

  const [ada, bob] = [
    await makeKey(server, await makePerson(server)),
    await makeKey(server, await makePerson(server)),
  ];
  for (const path of [
    '/v1/users/me',
    '/v1/whoami',
    '/v1/api-keys/',
    '/v1/vms',
    '/v1/none',
    '/app/me/sessions',
  ]) {
    const [adas, bobs, nobodys, again] = [
      await ask(path, `X-API-Key: ${ada}`),
      await ask(path, `Authorization: Bearer ${bob}`),
      await ask(path),
      await ask(path, `X-API-Key: ${ada}`),
    ];
    for (const { headers } of [adas, bobs, nobodys, again]) {
      assert.equal(headers['x-cache'], 'MISS', path);
      assert.equal(headers['cache-control'], 'no-store', path);
    }
    if (adas.status !== 200) continue;
    assert.equal(nobodys.status, 401, path);
    if (path !== '/v1/vms') assert.notEqual(adas.body, bobs.body, path);
  }
  const me = async (key: string) => JSON.parse((await ask('/v1/users/me', `X-API-Key: ${key}`)).body).id;
  assert.notEqual(await me(ada), await me(bob));
});
