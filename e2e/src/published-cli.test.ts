import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { call } from './harness/http.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { publishedClient } from './harness/python.ts';
import { sharedServer } from './harness/shared.ts';

test('the published CLI stores a key, shows whose it is, lists machines and forgets the key', async (t) => {
  const server = await sharedServer();
  const person = await makePerson(server);
  const key = await makeKey(server, person);
  const home = await mkdtemp(join(tmpdir(), 'ivm-home-'));
  t.after(() => rm(home, { recursive: true }));
  const client = await publishedClient();
  const env = { HOME: home, INSTAVM_BASE_URL: server.url };
  const cli = (args: string[], input = '') => client.cli(args, { env, input });
  const config = join(home, '.instavm', 'config.json');

  await t.test('auth set-key takes the key from a pipe and keeps it for its owner only', async () => {
    const { code, stdout } = await cli(['auth', 'set-key'], `${key}\n`);
    assert.equal(code, 0);
    assert.ok(!stdout.includes(key));
    assert.equal(JSON.parse(await readFile(config, 'utf8')).profiles.default.auth.api_key, key);
    assert.equal((await stat(config)).mode & 0o777, 0o600);
  });

  await t.test('auth status names the source of key and address', async () => {
    const { stdout } = await cli(['auth', 'status', '--json']);
    const status = JSON.parse(stdout);
    assert.equal(status.api_key.source, 'config');
    assert.deepEqual(status.base_url, { value: server.url, source: 'env' });
  });

  await t.test('whoami is the owner of the key, with their SSH keys', async () => {
    const { code, stdout, stderr } = await cli(['whoami', '--json']);
    assert.equal(code, 0, stderr);
    const account = JSON.parse(stdout);
    assert.equal(account.email, person.email);
    assert.deepEqual(account.ssh_keys, []);
    assert.match((await cli(['whoami'])).stdout, new RegExp(person.email.replaceAll('.', '\\.')));
  });

  await t.test('ls shows a running machine, also with the key given on the line', async () => {
    const created = await call(server, 'POST', '/v1/vms', { key, body: {} });
    assert.equal(created.status, 201, created.text);
    const { vm_id: vmId } = created.json;
    for (const args of [['ls'], ['ls', '--api-key', key]]) {
      const { code, stdout, stderr } = await cli(args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`${vmId} +\\S*\\s*active`));
    }
    const removed = await cli(['rm', vmId]);
    assert.equal(removed.code, 0, removed.stderr);
    assert.match(removed.stdout, new RegExp(`${vmId}: deleted`));
    assert.doesNotMatch((await cli(['ls'])).stdout, new RegExp(vmId));
  });

  await t.test('a refused key is told in words that name the cure', async () => {
    const { code, stderr } = await cli(['ls', '--api-key', 'instavm_sk_nonsense']);
    assert.equal(code, 1);
    assert.match(stderr, /Invalid API key or session expired/);
  });

  await t.test('auth logout removes the key and leaves none in force', async () => {
    assert.equal((await cli(['auth', 'logout'])).code, 0);
    assert.equal(JSON.parse(await readFile(config, 'utf8')).profiles.default.auth.api_key, null);
    assert.equal((await cli(['ls'])).code, 1);
  });
});
