import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { call } from './harness/http.ts';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { plainEnvironment, run } from './harness/program.ts';
import { instavmd, newDataDir, startServer } from './harness/server.ts';

test('the tool works on a folder whose server has not run yet', async (t) => {
  const dataDir = await newDataDir();
  t.after(() => rm(join(dataDir, '..'), { recursive: true, force: true }));
  const person = await makePerson({ dataDir });
  const key = await makeKey({ dataDir }, person, '--environment', 'testing', '--expires-in', '90d');
  assert.match(key, /^instavm_sk_\w+$/);

  const server = await startServer({ dataDir, driver: 'fake' });
  t.after(() => server.stop());
  assert.equal(server.firstRunLink, null, 'a person made by the tool closes the first run');
  const me = await call(server, 'GET', '/v1/users/me', { key });
  assert.equal(me.json.email, person.email);
});

test('asked while the server runs, the tool ends only when the server has applied the change', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  const person = await makePerson(server);
  const key = await makeKey(server, person);
  assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 200);

  const listed = JSON.parse((await instavmd(server, ['keys', 'list', '--json'])).stdout);
  const keys = (Array.isArray(listed) ? listed : listed.keys) as { id: number; key_prefix: string }[];
  const { id } = keys.find(({ key_prefix: prefix }) => key.startsWith(prefix))!;
  const revoked = await instavmd(server, ['keys', 'revoke', String(id)]);
  assert.equal(revoked.code, 0, revoked.stderr);
  assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 401);
});

test('an e-mail in use ends with 1 and one line', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  const { email } = await makePerson(server);
  const again = await instavmd(server, ['users', 'create', '--email', email, '--password-stdin'], {
    input: 'another long password',
  });
  assert.equal(again.code, 1);
  assert.equal(again.stderr.trim().split('\n').length, 1, again.stderr);
});

test('status tells whether the server runs, and where', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  const running = JSON.parse((await instavmd(server, ['status', '--json'])).stdout);
  assert.deepEqual([running.running, running.address], [true, server.url]);
  await server.stop();
  const stopped = JSON.parse((await instavmd(server, ['status', '--json'])).stdout);
  assert.equal(stopped.running, false);
});

test('no full key is in the database, the log or what the tool lists', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  const key = await makeKey(server, await makePerson(server));
  await call(server, 'GET', `/v1/vms?api_key=${key}`, { headers: { 'x-note': key } });
  const list = await instavmd(server, ['keys', 'list', '--json']);
  await server.stop();
  const { stdout, stderr } = server.output();
  assert.ok(!`${stdout}${stderr}${list.stdout}`.includes(key));
  for (const file of ['instavm.db', 'instavm.db-wal']) {
    const bytes = await readFile(join(server.dataDir, file)).catch(() => Buffer.alloc(0));
    assert.ok(!bytes.includes(key), `${file} holds a full key`);
  }
});

test('npm run -s instavmd prints the result alone', async (t) => {
  const dataDir = await newDataDir();
  t.after(() => rm(join(dataDir, '..'), { recursive: true, force: true }));
  const { email } = await makePerson({ dataDir });
  const args = ['run', '-s', 'instavmd', '--', 'keys', 'create', '--email', email, '--label', 'one'];
  const env = plainEnvironment({ HOME: join(dataDir, '..'), INSTAVM_DATA_DIR: dataDir });
  const { code, stdout, stderr } = await run('npm', args, { cwd: root, env });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^instavm_sk_\w+\n$/);
});
