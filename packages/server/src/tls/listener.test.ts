import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { makeAuthority } from '../testing/authority.ts';
import { type TestScope, temporaryFolder } from '../testing/folder.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';

const authority = makeAuthority();

async function startTls(t: TestScope, hosts = ['localhost', '127.0.0.1'], publicUrl: string | null = null) {
  const folder = temporaryFolder(t);
  const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const install = ({ cert, key }: { cert: string; key: string }) => {
    for (const [file, text] of [
      [tls.certFile, cert],
      [tls.keyFile, key],
    ] as const) {
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
  };
  install(authority.issue(hosts));
  const server = await startServer(t, { config: { tls, publicUrl } });
  return { server, install, port: server.port };
}

async function handshake(t: TestContext, port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority.cert,
    ...options,
  });
  t.after(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  agent?: Agent,
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers,
        ca: authority.cert,
        servername: 'localhost',
      };
      request({ ...options, ...(agent && { agent }) }, async (response) =>
        resolve({ status: response.statusCode!, headers: response.headers, text: await textOf(response) }),
      )
        .on('error', reject)
        .end();
    },
  );
}

test('https: a client that trusts the authority is served with a key, and its name is printed', async (t) => {
  const { server, port } = await startTls(t);
  assert.equal(server.url, `https://127.0.0.1:${port}`);
  assert.equal(server.logged.join('').includes('private key'), false, 'its key is open to its owner alone');
  const key = await (await server.person('Ada')).key();
  const answer = await ask(port, '/v1/vms', { 'x-api-key': key.text });
  assert.deepEqual([answer.status, answer.text], [200, '[]']);
  assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  const refused = await ask(port, '/v1/vms', { 'x-api-key': `${key.text}x` });
  assert.deepEqual(
    [refused.status, 'strict-transport-security' in refused.headers],
    [401, true],
    'errors have it too',
  );
  await assert.rejects(
    handshake(t, port, { ca: makeAuthority().cert }),
    'control: another authority is not trusted',
  );
});

test('security: TLS 1.2 and 1.3 with forward secrecy are spoken, and nothing older or weaker', async (t) => {
  const { port } = await startTls(t);
  assert.equal((await handshake(t, port)).getProtocol(), 'TLSv1.3');
  const older = await handshake(t, port, { maxVersion: 'TLSv1.2' });
  assert.equal(older.getProtocol(), 'TLSv1.2');
  assert.match(older.getCipher().name, /^ECDHE-.*(GCM|POLY1305)/);
  assert.equal((await handshake(t, port, { ALPNProtocols: ['http/1.1'] })).alpnProtocol, 'http/1.1');
  for (const options of [
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' },
    { ALPNProtocols: ['h2'] },
  ] as ConnectionOptions[]) {
    await assert.rejects(handshake(t, port, options), JSON.stringify(options));
  }
});

test('a replaced certificate is in force for new connections, and the open ones go on', async (t) => {
  const { server, install, port } = await startTls(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  assert.equal((await ask(port, '/healthz', {}, 'GET', agent)).status, 200);
  const serial = async () =>
    ((await handshake(t, port)).getPeerCertificate() as PeerCertificate).serialNumber;
  const before = await serial();
  install({ cert: 'broken', key: 'broken' });
  await until(() => server.logged.some((line) => line.includes('cannot be used; the one before stays')));
  assert.equal(await serial(), before, 'a broken pair changes nothing');
  install(authority.issue(['localhost', '127.0.0.1', 'new.example']));
  await until(async () => (await serial()) !== before);
  assert.equal((await ask(port, '/healthz', {}, 'GET', agent)).status, 200, 'the connection made before');
  const { cookie } = await server.person('Ada');
  const fromNewName = { cookie, origin: `https://new.example:${port}` };
  assert.equal((await ask(port, '/app/v1/vms', fromNewName, 'GET')).status, 200);
});

test('the dashboard works at each name of the certificate and at the public address, and nowhere else', async (t) => {
  const { server, port } = await startTls(t, ['localhost', 'a.example'], 'https://public.example');
  assert.equal(server.url, 'https://public.example');
  const { cookie } = await server.person('Ada');
  const make = async (headers: Record<string, string>) =>
    (
      await ask(
        port,
        '/app/auth/sign-out',
        { cookie, 'content-type': 'application/json', ...headers },
        'POST',
      )
    ).status;
  for (const origin of [
    'https://evil.example',
    'http://a.example',
    `http://a.example:${port}`,
    'https://b.example',
  ]) {
    assert.equal(await make({ origin }), 403, origin);
  }
  const allowed = ['https://public.example', `https://a.example:${port}`, `https://127.0.0.1:${port}`];
  for (const origin of allowed) assert.equal(await make({ origin }), 200, origin);
  assert.equal(
    await make({ origin: 'https://b.example', host: 'b.example' }),
    200,
    'the host that was asked for',
  );
});

test('plain http on the same port is answered: this machine may use it', async (t) => {
  const { port } = await startTls(t);
  const socket = connectPlain(port, '127.0.0.1');
  // In pieces, so that the first look sees one byte alone.
  for (const part of ['G', 'ET /healthz HTTP/1.1\r\nHos', 't: x\r\nConnection: close\r\n\r\n']) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const answer = await textOf(socket);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.equal(/strict-transport/i.test(answer), false, 'not over plain http');
  const halfClosed = connectPlain({ port, host: '127.0.0.1', allowHalfOpen: true });
  halfClosed.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.match(await textOf(halfClosed), /^HTTP\/1\.1 200 /);
});

test('what is neither TLS nor HTTP, and what breaks off, disturbs nobody', async (t) => {
  const { port } = await startTls(t);
  for (const bytes of ['\x16\x03\x01nonsense', '\x16', '\x80\x2e\x01', 'nonsense\r\n\r\n', '\0']) {
    const socket = connectPlain(port, '127.0.0.1').on('error', () => {});
    socket.write(Buffer.from(bytes, 'latin1'));
    socket.end();
    await once(socket.resume(), 'close');
  }
  connectPlain(port, '127.0.0.1').resetAndDestroy();
  assert.equal((await ask(port, '/healthz')).status, 200);
});

test('a body of megabytes comes whole through TLS and through plain http', async (t) => {
  const { server, port } = await startTls(t);
  const key = await (await server.person('Ada')).key();
  const body = JSON.stringify({ label: 'x'.repeat(3_000_000) });
  const head = `POST /v1/api-keys/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${key.text}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  for (const socket of [await handshake(t, port), connectPlain(port, '127.0.0.1')]) {
    socket.write(head + body);
    assert.match(await textOf(socket), /^HTTP\/1\.1 422 [\s\S]*"label"/);
  }
});

test('a private key that other users can read is told in the log', async (t) => {
  const folder = temporaryFolder(t);
  const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const { cert, key } = authority.issue(['localhost']);
  writeFileSync(tls.certFile, cert);
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  chmodSync(tls.keyFile, 0o644);
  const server = await startServer(t, { config: { tls } });
  assert.match(server.logged.join(''), /every user of this machine can use the private key/);
});
