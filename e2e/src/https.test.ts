import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { makeAuthority } from '@instavm/server/testing/authority';
import { openWalker } from './harness/browser.ts';
import { cliMain, root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { mustRun, plainEnvironment, run } from './harness/program.ts';
import { publishedClient } from './harness/python.ts';
import type { TestServer } from './harness/server.ts';
import { startTlsServer, type TlsFiles, writeTlsFiles } from './harness/tls-server.ts';

suite('https with a certificate of a private authority', () => {
  let files: TlsFiles;
  let server: TestServer;
  let key: string;
  before(async () => {
    const authority = makeAuthority();
    files = await writeTlsFiles(authority, authority.issue(['localhost', '127.0.0.1']));
    server = await startTlsServer(files);
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    key = await makeKey(server, await makePerson(server));
  });
  after(async () => {
    await server.remove();
    await files.remove();
  });

  test('curl is served when it knows the authority, and sends nothing when it does not', async () => {
    const line = [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code} %{ssl_verify_result}',
      `${server.url}/v1/vms`,
    ];
    const header = ['-H', `X-API-Key: ${key}`];
    assert.equal(await mustRun('curl', ['--cacert', files.caFile, ...header, ...line]), '200 0');
    const byVariable = plainEnvironment({ CURL_CA_BUNDLE: files.caFile });
    assert.equal((await run('curl', [...header, ...line], { env: byVariable })).stdout, '200 0');
    const unknown = await run('curl', [...header, ...line], { env: plainEnvironment() });
    assert.equal(unknown.code, 60, unknown.stderr);
    const old = await run('curl', ['--cacert', files.caFile, '--tls-max', '1.1', ...header, ...line]);
    assert.equal(old.code, 35, old.stderr);
  });

  test('the published client works when it knows the authority, and says what is wrong with a key', async () => {
    const client = await publishedClient();
    const script = join(root, 'e2e', 'python', 'https.py');
    const ask = async (env: NodeJS.ProcessEnv) => {
      const { code, stdout, stderr } = await client.python([script, server.url, key], { env });
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const trusting = await ask({ REQUESTS_CA_BUNDLE: files.caFile, SSL_CERT_FILE: files.caFile });
    assert.deepEqual(trusting.good, { alive: true, machines: 1 });
    assert.equal(trusting.wrong.error, 'AuthenticationError');
    const other = await writeTlsFiles(makeAuthority(), makeAuthority().issue(['localhost']));
    const stranger = await ask({ REQUESTS_CA_BUNDLE: other.caFile, SSL_CERT_FILE: other.caFile });
    await other.remove();
    assert.match(stranger.good.text, /certificate/i, 'control: another authority');
  });

  test('the published CLI and ours work when they know the authority', async () => {
    const home = join(server.dataDir, '..');
    const client = await publishedClient();
    const published = await client.cli(['whoami', '--json'], {
      env: {
        HOME: home,
        INSTAVM_BASE_URL: server.url,
        INSTAVM_API_KEY: key,
        REQUESTS_CA_BUNDLE: files.caFile,
      },
    });
    assert.equal(published.code, 0, published.stderr);
    const env = plainEnvironment({ HOME: home, NODE_EXTRA_CA_CERTS: files.caFile });
    const ours = (args: string[], options = {}) =>
      run(process.execPath, [cliMain, ...args], { env, ...options });
    const stored = await ours(['auth', 'set-key', '--base-url', server.url], { input: key });
    assert.equal(stored.code, 0, stored.stderr);
    assert.match(stored.stdout, /Server: accepted the key/);
    const listed = await ours(['ls', '--json']);
    assert.equal(listed.code, 0, listed.stderr);
    const unknown = await ours(['ls'], { env: { ...env, NODE_EXTRA_CA_CERTS: '' } });
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /certificate/);
    await rm(join(home, '.instavm'), { recursive: true });
  });

  test('a browser sets up the owner, keeps the session in a secure cookie and makes a key', async (t) => {
    // The people of the tests above have closed the link of their server.
    const fresh = await startTlsServer(files);
    t.after(() => fresh.remove());
    const link = fresh.firstRunLink!.replace('127.0.0.1', 'localhost');
    const { page, context, takeProblems, close } = await openWalker(
      fresh.url,
      await readFile(files.certFile, 'utf8'),
    );
    t.after(close);
    await page.goto(link);
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('analytical engine 1843');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await page.getByLabel('Label').fill('Notebook');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Notebook is ready' }).waitFor();
    const [cookie] = await context.cookies();
    assert.deepEqual(
      [cookie?.name, cookie?.secure, cookie?.httpOnly, cookie?.sameSite],
      ['__Host-instavm_session', true, true, 'Lax'],
    );
    assert.deepEqual(takeProblems(), []);
  });

  test('SIGTERM ends it while a connection is kept alive', async () => {
    const dying = await startTlsServer(files);
    const curl = ['-sS', '--cacert', files.caFile, `${dying.url}/healthz`, `${dying.url}/healthz`];
    assert.equal(await mustRun('curl', curl), '{"status":"ok"}{"status":"ok"}');
    assert.equal(await dying.stop(), 0);
    await dying.remove();
  });
});
