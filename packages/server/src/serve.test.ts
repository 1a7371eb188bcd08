import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { StartError } from './data-folder.ts';
import { temporaryFolder } from './testing/folder.ts';
import { runProgram, startProgram } from './testing/program.ts';
import { startServer } from './testing/server.ts';

/** Starting is refused in one line, which is given. */
async function refusal(
  t: { after(undo: () => void | Promise<void>): void },
  dataDir: string,
): Promise<string> {
  try {
    await startServer(t, { dataDir });
  } catch (error) {
    assert.ok(error instanceof StartError, String(error));
    assert.equal(error.message.includes('\n'), false, error.message);
    return error.message;
  }
  return 'it started';
}

test('the program prints its address and the first-run link, answers, and ends at SIGTERM', async (t) => {
  const dataDir = temporaryFolder(t);
  const program = await startProgram(t, dataDir);
  assert.match(program.output(), new RegExp(`^${program.url}/first-run#token=[A-Za-z0-9_-]{43}$`, 'm'));
  assert.equal((await fetch(`${program.url}/healthz`)).status, 200);
  const ready = await fetch(`${program.url}/readyz`);
  assert.deepEqual(((await ready.json()) as { vm: { driver: string } }).vm.driver, 'fake');
  assert.equal(program.log().includes('token='), false, 'the token is not in the log');

  const second = await runProgram(['--port', '0', '--data-dir', dataDir]);
  assert.deepEqual([second.code, second.stdout], [1, '']);
  assert.match(
    second.stderr,
    /^Another instavmd uses [^\n]*; stop it, or give another folder with --data-dir\.\n$/,
  );
  assert.equal((await fetch(`${program.url}/healthz`)).status, 200, 'the first one is not disturbed');
  assert.equal(await program.stop('SIGTERM'), 0);
  assert.equal(existsSync(join(dataDir, 'control.json')), false);
});

test('a taken port is one line, and the folder is free again', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.after(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const dataDir = temporaryFolder(t);
  const ended = await runProgram(['--port', String(port), '--data-dir', dataDir]);
  assert.deepEqual([ended.code, ended.stdout], [1, '']);
  const line = ended.stderr.split('\n').filter((text) => text !== '' && !text.startsWith('{'));
  assert.deepEqual(line, [`Port ${port} is taken; give another one with --port, or stop what uses it.`]);
  assert.equal(await refusal(t, dataDir), 'it started');
});

test('every mistake of the configuration is told and the program ends with 1', async () => {
  const ended = await runProgram(['--port', 'x'], { INSTAVM_SIGNUP: 'all', INSTAVM_TLS_KEY: 'k' });
  assert.equal(ended.code, 1);
  assert.equal(ended.stderr.trim().split('\n').length, 3, ended.stderr);
});

test('a newer database is refused in one line and left as it is', async (t) => {
  const server = await startServer(t);
  await server.close();
  const file = join(server.dataDir, 'instavm.db');
  const db = new DatabaseSync(file);
  db.exec("insert into kysely_migration (name, timestamp) values ('9999-later', 'now')");
  db.close();
  const before = readFileSync(file);
  assert.match(
    await refusal(t, server.dataDir),
    /written by a newer version.*9999-later.*Start that version/,
  );
  assert.ok(readFileSync(file).equals(before));
});

test('a database that is none, a missing pepper and an open pepper are each refused in one line', async (t) => {
  const garbage = temporaryFolder(t);
  writeFileSync(
    join(garbage, 'instavm.db'),
    'this is no database, but it is long enough to be read as one'.repeat(99),
  );
  assert.match(await refusal(t, garbage), /instavm\.db cannot be opened.*Restore it from a backup/);

  const server = await startServer(t);
  await (await server.person('Ada')).key();
  await server.close();
  const pepper = join(server.dataDir, 'pepper.json');
  chmodSync(pepper, 0o644);
  assert.match(await refusal(t, server.dataDir), /open to other users; run: chmod 600/);
  chmodSync(pepper, 0o600);
  const kept = readFileSync(pepper);
  rmSync(pepper);
  assert.match(await refusal(t, server.dataDir), /pepper\.json is missing.*restore it from a backup/);
  writeFileSync(pepper, kept, { mode: 0o600 });
  assert.equal(await refusal(t, server.dataDir), 'it started', 'nothing was lost by the refusals');
});

test('security: with another pepper the start is refused, and no key is accepted even where it is not known as another', async (t) => {
  const server = await startServer(t);
  const key = await (await server.person('Ada')).key();
  await server.close();
  const other = Buffer.alloc(32, 7).toString('base64');
  writeFileSync(join(server.dataDir, 'pepper.json'), JSON.stringify({ versions: { 1: other } }));
  assert.match(await refusal(t, server.dataDir), /version 1 is not the pepper that this database's keys/);
  // As a database from before fingerprints were kept, or one that somebody took them out of.
  const db = new DatabaseSync(join(server.dataDir, 'instavm.db'));
  db.exec('delete from pepper_version');
  db.close();
  const restarted = await startServer(t, { dataDir: server.dataDir });
  const answer = await restarted.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([answer.status, answer.json.code], [401, 'invalid_api_key']);
});

test('keys, people and sign-ins outlive a restart', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const [key, dead] = [await ada.key({ label: 'kept' }), await ada.key()];
  await server.ask('DELETE', `/v1/api-keys/${dead.id}`, { key: key.text });
  await server.ask('GET', '/v1/vms', { key: key.text });
  await server.close();
  const restarted = await startServer(t, { dataDir: server.dataDir });
  const shown = await restarted.ask('GET', `/v1/api-keys/${key.id}`, { key: key.text });
  assert.equal(shown.json.label, 'kept');
  assert.equal((await restarted.ask('GET', '/v1/vms', { key: dead.text })).json.code, 'key_revoked');
  assert.equal((await restarted.ask('GET', '/app/v1/users/me', { cookie: ada.cookie })).json.id, ada.id);
});
