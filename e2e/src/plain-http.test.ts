import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { makeAuthority } from '@instavm/server/testing/authority';
import { type Elsewhere, elsewhere } from './harness/elsewhere.ts';
import { call } from './harness/http.ts';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { publishedClient } from './harness/python.ts';
import { instavmd, startServer, type TestServer } from './harness/server.ts';
import { startTlsServer, type TlsFiles, writeTlsFiles } from './harness/tls-server.ts';

suite('plain http from another network', () => {
  let there: Elsewhere | null;
  let files: TlsFiles;
  let tls: TestServer;
  /** Behind a proxy that is not the caller. */
  let behind: TestServer;
  before(async () => {
    there = await elsewhere();
    if (!there) return;
    const authority = makeAuthority();
    files = await writeTlsFiles(authority, authority.issue([there.serverHost, 'localhost']));
    tls = await startTlsServer(files, { env: { INSTAVM_LISTEN: '[::]:0' } });
    behind = await startServer({
      driver: 'fake',
      env: { INSTAVM_LISTEN: '0.0.0.0:0', INSTAVM_TRUSTED_PROXIES: '192.0.2.99' },
    });
  });
  after(async () => {
    for (const server of [tls, behind]) await server?.remove();
    await files?.remove();
    await there?.remove();
  });

  /** curl from there -> status, headers and body as text. */
  async function curl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await there!.run('curl', ['-sS', '-i', '--max-time', '20', ...args]);
    assert.equal(code, 0, stderr);
    return stdout;
  }
  const from = (server: TestServer, scheme: 'http' | 'https', path: string) =>
    `${scheme}://${there!.serverHost}:${new URL(server.url).port}${path}`;
  /** As the operator sees it, so that looking is no use of the key. */
  async function record(server: TestServer, key: string) {
    const { stdout } = await instavmd(server, ['keys', 'list', '--json']);
    const keys = JSON.parse(stdout) as { key_prefix: string }[];
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a caller without types does
    return keys.find(({ key_prefix: prefix }) => key.startsWith(prefix)) as any;
  }
  const NOWHERE = 'this machine has no network but loopback, and may not make one';

  test('abuse case 12: a key over plain http is refused, not redirected, and marked; over https it is taken', async (t) => {
    if (!there) return t.skip(NOWHERE);
    for (const server of [tls, behind]) {
      const key = await makeKey(server, await makePerson(server));
      assert.equal((await record(server, key)).sent_in_clear_at, null);
      if (server === tls) {
        const good = await curl(
          '--cacert',
          files.caFile,
          '-H',
          `X-API-Key: ${key}`,
          from(server, 'https', '/v1/vms'),
        );
        assert.match(good, /^HTTP\/1\.1 200 [\s\S]*strict-transport-security: max-age=31536000/i, 'control');
        assert.equal((await record(server, key)).last_used.address, there.address);
      }
      const answer = await curl('-H', `X-API-Key: ${key}`, from(server, 'http', '/v1/vms'));
      assert.match(answer, /^HTTP\/1\.1 403 /);
      assert.match(answer, /"code":"https_required"/);
      assert.equal(/^location:/im.test(answer), false);
      const marked = await record(server, key);
      assert.match(marked.sent_in_clear_at, /^\d{4}-/);
      assert.equal(marked.notices[0].code, 'sent_in_clear');
      const events = await call(
        { url: `http://127.0.0.1:${new URL(server.url).port}` },
        'GET',
        '/v1/audit/events',
        { key },
      );
      assert.ok(
        events.text.includes('api_key.sent_in_clear') && events.text.includes(there.address),
        events.text,
      );
    }
  });

  test('abuse case 12: a session started with the key in its body, a sign-in and the dashboard are refused too', async (t) => {
    if (!there) return t.skip(NOWHERE);
    const key = await makeKey(behind, await makePerson(behind));
    const json = ['-H', 'Content-Type: application/json', '-d'];
    const session = await curl(
      ...json,
      JSON.stringify({ api_key: key }),
      from(behind, 'http', '/v1/sessions/session'),
    );
    assert.match(session, /^HTTP\/1\.1 403 [\s\S]*https_required/);
    assert.match((await record(behind, key)).sent_in_clear_at, /^\d{4}-/);
    for (const path of [
      '/app/auth/sign-in/email',
      '/app/first-run',
      '/api/cli-auth/start',
      '/oauth/token',
      '/execute',
    ]) {
      assert.match(
        await curl(...json, '{}', from(behind, 'http', path)),
        /^HTTP\/1\.1 403 [\s\S]*https_required/,
        path,
      );
    }
    assert.match(
      await curl(from(behind, 'http', '/healthz')),
      /^HTTP\/1\.1 200 /,
      'control: no secret goes there',
    );
  });

  test('abuse case 15: whoever is no trusted proxy cannot say that it is one, or this machine, or https', async (t) => {
    if (!there) return t.skip(NOWHERE);
    const key = await makeKey(behind, await makePerson(behind));
    for (const claim of [
      'X-Forwarded-Proto: https',
      'X-Forwarded-For: 127.0.0.1',
      'Forwarded: for=127.0.0.1;proto=https',
    ]) {
      const answer = await curl('-H', claim, '-H', `X-API-Key: ${key}`, from(behind, 'http', '/v1/vms'));
      assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*https_required/, claim);
    }
    const onlyThere = await makeKey(tls, await makePerson(tls));
    await curl(
      '--cacert',
      files.caFile,
      '-H',
      'X-Forwarded-For: 203.0.113.5',
      '-H',
      `X-API-Key: ${onlyThere}`,
      from(tls, 'https', '/v1/vms'),
    );
    assert.equal((await record(tls, onlyThere)).last_used.address, there.address, 'and no other address');
  });

  test('abuse case 12: the published client shows the refusal, and its key is marked', async (t) => {
    if (!there) return t.skip(NOWHERE);
    const key = await makeKey(behind, await makePerson(behind));
    const client = await publishedClient(there.run);
    const script = join(root, 'e2e', 'python', 'https.py');
    const { stdout, stderr } = await client.python([script, from(behind, 'http', ''), key]);
    assert.match(JSON.parse(stdout).good.text, /came unencrypted|https|403/i, stdout + stderr);
    assert.match((await record(behind, key)).sent_in_clear_at, /^\d{4}-/);
  });

  test('security: without a certificate and without a trusted proxy it does not listen to the network', async () => {
    const alone = startServer({ driver: 'fake', env: { INSTAVM_LISTEN: '0.0.0.0:0' } });
    await assert.rejects(
      alone,
      /INSTAVM_LISTEN=0\.0\.0\.0:0 is open to the network.*Set INSTAVM_TLS_CERT and INSTAVM_TLS_KEY/,
    );
  });
});
