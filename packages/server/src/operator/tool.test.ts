import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkKeyText } from '@instavm/keyformat';
import { filesHolding, temporaryFolder } from '../testing/folder.ts';
import { runProgram } from '../testing/program.ts';
import { PASSWORD, startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';
import { OperatorError } from './operator-error.ts';

const EMAIL = 'ada@example.com';

/** The tool in a process of its own, on a data folder. */
const toolOf = (dataDir: string) => (args: string, input?: string) =>
  runProgram([...args.split(' '), '--data-dir', dataDir], {}, input);

/** The same in this process -> its result. */
const inProcess = async (dataDir: string, args: string, input?: string) =>
  (await toolOn(dataDir)(args, input)).printed;

const USERS_CREATE = `users create --email ${EMAIL} --password-stdin`;

test('with the server running, a key of the tool works at once and is refused as soon as the tool has revoked it', async (t) => {
  const server = await startServer(t);
  const tool = toolOf(server.dataDir);
  assert.match(await inProcess(server.dataDir, USERS_CREATE, `${PASSWORD}\n`), /^Made person 1,/);
  const created = await tool(
    `keys create --email ${EMAIL} --label ci --environment testing --scope read-only`,
  );
  const key = created.stdout.trim();
  assert.equal(checkKeyText(key).ok, true, created.stderr);
  assert.equal(created.stdout, `${key}\n`, 'the key alone on a line');
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
  assert.equal((await server.ask('POST', '/v1/vms', { key, json: {} })).status, 403, 'read-only');

  const listed = await inProcess(server.dataDir, 'keys list --json');
  const [record] = JSON.parse(listed);
  assert.deepEqual(
    [record.label, record.environment, record.status, record.scopes],
    ['ci', 'testing', 'active', ['read-only']],
  );
  assert.equal(record.last_used.route, 'GET /v1/vms');
  assert.equal(listed.includes(key.slice(23)), false);

  const revoked = await tool(`keys revoke ${key.slice(11, 23)}`);
  assert.deepEqual([revoked.code, revoked.stderr], [0, '']);
  const refused = await server.ask('GET', '/v1/vms', { key });
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_revoked']);
  assert.match(await inProcess(server.dataDir, 'status'), new RegExp(`Running at ${server.url} `));
  assert.deepEqual(filesHolding(server.dataDir, key.slice(23, 55)), []);
  assert.equal((await server.ask('GET', '/app/first-run')).json.open, false, 'the first-run link is void');
  await server.signIn(EMAIL);
});

test('without a server the tool does the same by itself, and a server that starts later knows it', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = (args: string, input?: string) => inProcess(dataDir, args, input);
  await tool(USERS_CREATE, PASSWORD);
  const [kept, dead] = [
    (await toolOf(dataDir)(`keys create --email ${EMAIL} --label kept --expires-in 90d`)).stdout.trim(),
    await tool(`keys create --email ${EMAIL} --label dead`),
  ];
  assert.match(await tool('keys revoke 2'), /^Revoked API key 2,/);
  assert.match(await tool('keys list'), /1 +kept .*active.*2 +dead .*revoked/s);
  const status = JSON.parse(await tool('status --json'));
  assert.deepEqual(
    [status.running, status.people, status.keys],
    [false, 1, { live: 1, revoked: 1, ended: 1 }],
  );
  const server = await startServer(t, { dataDir });
  assert.equal(server.firstRunToken, null);
  assert.equal((await server.ask('GET', '/v1/vms', { key: kept })).status, 200);
  assert.equal((await server.ask('GET', '/v1/vms', { key: dead })).json.code, 'key_revoked');
});

test('a mistake is one line that says what and what to do', async (t) => {
  const dataDir = temporaryFolder(t);
  await inProcess(dataDir, USERS_CREATE, PASSWORD);
  for (const [args, says, input] of [
    [USERS_CREATE, /ada@example\.com is in use/, PASSWORD],
    ['users create --email ADA@example.com --password-stdin', /is in use/, PASSWORD],
    ['users create --email eve@example.com --password-stdin', /password/, 'short'],
    ['users create --email eve --password-stdin', /email/, PASSWORD],
    ['users create --email eve@example.com', /--password-stdin/],
    ['users create --email eve@example.com --password secret', /Usage: users create/],
    ['keys create --email nobody@example.com --label a', /Nobody here.*users create/],
    [`keys create --email ${EMAIL}`, /--label is missing/],
    [
      `keys create --email ${EMAIL} --label a --scope vms:raed`,
      /vms:raed does not exist\. Did you mean vms:read\?/,
    ],
    [`keys create --email ${EMAIL} --label a --environment moon`, /moon is unknown; use production/],
    [`keys create --email ${EMAIL} --label a --expires-in 1w`, /1w is not a duration such as/],
    ['keys revoke', /Say which key/],
    ['keys revoke 999', /There is no API key 999.*keys list/],
    ['keys', /There is no command keys\..*Known: keys create/],
    ['none such', /There is no command none such\. Known: users create/],
    ['keys revoke 1 2', /Too many arguments\. Usage: keys revoke ID/],
    ['keys list extra', /Too many arguments/],
    ['key list', /Did you mean keys list\?/],
    ['status --none', /Usage: status/],
  ] as const) {
    await assert.rejects(inProcess(dataDir, args, input), (error) => {
      assert.ok(error instanceof OperatorError, args);
      assert.match(error.message, says, args);
      assert.equal(error.message.includes('\n'), false, args);
      return true;
    });
  }
});

test('a mistake ends the program with 1 and the line alone on stderr', async (t) => {
  const dataDir = temporaryFolder(t);
  await inProcess(dataDir, USERS_CREATE, PASSWORD);
  const inUse = await toolOf(dataDir)(USERS_CREATE, PASSWORD);
  assert.deepEqual([inUse.code, inUse.stdout], [1, '']);
  assert.match(inUse.stderr, /^ada@example\.com is in use[^\n]*\n$/);
  const unknown = await toolOf(dataDir)('frobnicate now');
  assert.deepEqual([unknown.code, unknown.stdout], [1, '']);
  assert.match(unknown.stderr, /^There is no command frobnicate now[^\n]*\n$/);
});

test('security: a whole key that is given to be revoked is revoked, and its secret is not repeated', async (t) => {
  const dataDir = temporaryFolder(t);
  await inProcess(dataDir, USERS_CREATE, PASSWORD);
  const key = await inProcess(dataDir, `keys create --email ${EMAIL} --label leaked`);
  const printed = await inProcess(dataDir, `keys revoke ${key}`);
  assert.match(printed, /^Revoked API key 1,/);
  const unknown = `${key.slice(0, 11)}zzzzzzzzzzzz${key.slice(23)}`;
  for (const text of [unknown, unknown.slice(11)]) {
    await assert.rejects(inProcess(dataDir, `keys revoke ${text}`), (error: Error) => {
      assert.equal(error.message.includes(key.slice(23)), false);
      return error.message.includes('zzzzzzzzzzzz');
    });
  }
});

test('security: what the tool makes is for this user alone', async (t) => {
  const dataDir = join(temporaryFolder(t), 'new');
  assert.equal((await toolOf(dataDir)('status')).code, 0);
  for (const name of ['', 'instavm.db', 'pepper.json', 'instavmd.lock']) {
    assert.equal(statSync(join(dataDir, name)).mode & 0o077, 0, name);
  }
});
