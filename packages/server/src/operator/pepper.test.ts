import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { checksum } from '@instavm/keyformat';
import type { PepperStatus } from '../auth/pepper-keeper.ts';
import { StartError } from '../data-folder.ts';
import { filesHolding, temporaryFolder } from '../testing/folder.ts';
import { runProgram, startProgram } from '../testing/program.ts';
import { PASSWORD, startServer, type TestKey, testKey } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';

const EMAIL = 'ada@example.com';

const statusOf = async (dataDir: string, env: Record<string, string> = {}) =>
  JSON.parse((await toolOn(dataDir, env)('pepper status --json')).printed) as PepperStatus;

/** Live keys by version. */
const counts = ({ versions }: PepperStatus) =>
  Object.fromEntries(versions.map(({ version, live_keys: live }) => [version, live]));

test('a rotation works live: old keys go on and move at their use, new keys use the new pepper, the old is retired', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  const server = await startServer(t, { dataDir });
  const ada = await server.person('Ada');
  const keys = [await ada.key(), await ada.key(), await ada.key()];
  assert.match((await tool('pepper rotate')).printed, /Made version 2/);
  assert.equal(statSync(join(dataDir, 'pepper.json')).mode & 0o777, 0o600);
  const fresh = await ada.key();
  assert.deepEqual(counts(await statusOf(dataDir)), { 1: 3, 2: 1 });
  assert.match((await tool('pepper status')).printed, /v1 .*: 3 keys still on v1\nv2 .*: current, 1 key/);
  await assert.rejects(tool('pepper retire 1'), /3 live API keys are still on version 1.*--force 3/);

  for (const key of [...keys, fresh]) {
    assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  }
  await server.deps.rewraps.flush();
  assert.deepEqual(counts(await statusOf(dataDir)), { 1: 0, 2: 4 });
  for (const key of keys) {
    assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200, 'after the move');
    const wrong = `${key.text.slice(0, 54)}${key.text[54] === 'x' ? 'y' : 'x'}`;
    const refused = await server.ask('GET', '/v1/vms', { key: wrong + checksum(wrong) });
    assert.equal(refused.json.code, 'invalid_api_key');
  }
  await assert.rejects(tool('pepper retire 2'), /is the one that new keys use/);
  await assert.rejects(tool('pepper retire 7'), /no version 7/);
  await assert.rejects(tool('pepper retire'), /Say which version/);
  await assert.rejects(tool('pepper retire 1 --force many'), /number of live keys/);
  assert.match((await tool('pepper retire 1')).printed, /Retired version 1 of the pepper\./);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(dataDir, 'pepper.json'), 'utf8')).versions), [
    '2',
  ]);
  assert.equal((await server.ask('GET', '/v1/vms', { key: keys[0]!.text })).status, 200);

  await server.close();
  const again = await startServer(t, { dataDir });
  for (const key of [...keys, fresh]) {
    assert.equal((await again.ask('GET', '/v1/vms', { key: key.text })).status, 200, 'after a restart');
  }
  const session = await again.ask('GET', '/app/v1/vms', { cookie: ada.cookie });
  assert.equal(session.status, 200, 'people stay signed in');
  assert.equal((await toolOn(dataDir)('doctor --json')).printed.includes('still on'), false);
});

test('a version with live keys is retired only by naming their number, and those keys end', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const [lost, kept, disabled] = [await ada.key(), await ada.key(), await ada.key()];
  const tool = toolOn(server.dataDir);
  await tool('pepper rotate');
  await server.ask('POST', `/v1/api-keys/${disabled.id}/disable`, { key: kept.text });
  await server.deps.rewraps.flush();
  await assert.rejects(
    tool('pepper retire 1 --force 1'),
    /2 live API keys are on version 1, not 1\. Nothing/,
  );
  assert.equal((await server.ask('GET', '/v1/vms', { key: lost.text })).status, 200, 'nothing was changed');
  await server.deps.rewraps.flush();
  assert.deepEqual(counts(await statusOf(server.dataDir)), { 1: 1, 2: 2 });
  assert.match((await tool('pepper retire 1 --force 1')).printed, /Retired version 1 .* ended 1 API key\./);
  const listed = JSON.parse((await tool('keys list --json')).printed) as { id: number; status: string }[];
  assert.equal(listed.find(({ id }) => id === disabled.id)?.status, 'revoked');
  assert.equal((await server.ask('GET', '/v1/vms', { key: disabled.text })).status, 401);
  for (const key of [lost, kept]) {
    assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  }
});

test('two rotations at once make two versions, and both are on the disk', async (t) => {
  const server = await startServer(t);
  const key = await (await server.person('Ada')).key();
  const tool = toolOn(server.dataDir);
  await Promise.all([tool('pepper rotate'), tool('pepper rotate')]);
  const { current, versions } = await statusOf(server.dataDir);
  assert.deepEqual([current, versions.length], [3, 3]);
  assert.equal(new Set(versions.map(({ fingerprint }) => fingerprint)).size, 3);
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  assert.equal(server.deps.peppers.current, 3);
});

test('the pepper of the environment: no file is made, a rotation says what to append, a restart takes it up', async (t) => {
  const dataDir = temporaryFolder(t);
  const env = { INSTAVM_PEPPER: `1:${randomBytes(32).toString('base64')}` };
  const tool = toolOn(dataDir, env);
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  const key = (await tool(`keys create --email ${EMAIL} --label a`)).printed;
  const args = ['--port', '0'];
  const first = await startProgram(t, dataDir, args, env);
  const asks = async (url: string) =>
    (await fetch(`${url}/v1/vms`, { headers: { 'x-api-key': key } })).status;
  assert.equal(await asks(first.url), 200);
  assert.equal(existsSync(join(dataDir, 'pepper.json')), false);

  // The tool itself need not know it: the server does.
  const rotated = await toolOn(dataDir)('pepper rotate');
  assert.match(rotated.printed, /^2:[A-Za-z0-9+/]{43}=$/);
  assert.match(rotated.warned, /append a comma and the line above/);
  assert.deepEqual(filesHolding(dataDir, rotated.printed.slice(2)), [], 'nothing was written');
  assert.equal((await statusOf(dataDir)).current, 1, 'and nothing changed');
  assert.equal(await first.stop('SIGTERM'), 0);

  const both = { INSTAVM_PEPPER: `${env.INSTAVM_PEPPER},${rotated.printed}` };
  const second = await startProgram(t, dataDir, args, both);
  assert.equal(await asks(second.url), 200);
  assert.equal(await second.stop('SIGTERM'), 0, 'at its end it writes what waits');
  const status = await statusOf(dataDir, both);
  assert.deepEqual([status.source, status.current, counts(status)], ['environment', 2, { 1: 0, 2: 1 }]);
});

test('security: a wrong, missing or malformed pepper is refused at the start, in words and without the secret', async (t) => {
  const dataDir = temporaryFolder(t);
  const [right, wrong] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const tool = toolOn(dataDir, { INSTAVM_PEPPER: `1:${right}` });
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  await tool(`keys create --email ${EMAIL} --label a`);
  for (const [value, says] of [
    [`1:${wrong}`, /INSTAVM_PEPPER: version 1 is not the pepper that this database's keys were made with/],
    [`2:${wrong}`, /version 1 is missing, which 1 live API key needs/],
    [`1:${right.slice(0, 20)}`, /the secret of 1 is not 32 to 64 bytes in base64/],
    [right, /not a list like 1:BASE64/],
  ] as const) {
    await assert.rejects(toolOn(dataDir, { INSTAVM_PEPPER: value })('keys list'), (error: Error) => {
      assert.match(error.message, says);
      assert.equal(
        error.message.includes(right.slice(0, 12)) || error.message.includes(wrong.slice(0, 12)),
        false,
      );
      return true;
    });
  }
  await assert.rejects(toolOn(dataDir)('keys list'), StartError);
  assert.equal(existsSync(join(dataDir, 'pepper.json')), false, 'and no fresh one is made');
  const server = await runProgram(['--data-dir', dataDir, '--port', '0'], { INSTAVM_PEPPER: `1:${wrong}` });
  assert.deepEqual([server.code, server.stdout], [1, '']);
  assert.match(server.stderr, /^INSTAVM_PEPPER: version 1 is not the pepper[^\n]*\n$/);
  assert.match((await tool('keys list')).printed, /active/, 'the control');
});

test('abuse case 22: kill -9 in the middle of rotations, moves and retirements loses no key that was acknowledged', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const manager = await (await first.person('Ada')).key();
  await first.close();
  const live: TestKey[] = [];
  let retired = 0;
  for (const [round, killAfter] of [3, 9, 15].entries()) {
    const program = await startProgram(t, dataDir);
    const headers = { 'x-api-key': manager.text, 'content-type': 'application/json' };
    let steps = 0;
    let isKilled = false;
    const churn = async () => {
      while (!isKilled) {
        const made = await fetch(`${program.url}/v1/api-keys/`, { method: 'POST', headers, body: '{}' });
        const key = testKey((await made.json()) as { id: number; full_key: string });
        live.push(key);
        steps += 1;
        const used = live[steps % live.length]!;
        await fetch(`${program.url}/v1/vms`, { headers: { 'x-api-key': used.text } });
      }
    };
    const rotate = async () => {
      const tool = toolOn(dataDir);
      while (!isKilled) {
        await tool('pepper rotate');
        steps += 1;
        const { versions, current } = await statusOf(dataDir);
        const idle = versions.find(
          (one) => one.version !== current && one.live_keys === 0 && !one.retired_at,
        );
        if (idle) await tool(`pepper retire ${idle.version}`).then(() => (retired += 1));
      }
    };
    const work = [churn(), churn(), rotate()].map((one) => one.catch(() => {}));
    while (steps < killAfter) await new Promise(setImmediate);
    isKilled = true;
    await program.stop('SIGKILL');
    await Promise.all(work);
    const { current } = await statusOf(dataDir);
    assert.ok(current > round, `round ${round}: version ${current}`);
  }
  const server = await startServer(t, { dataDir });
  assert.ok(live.length >= 4, `${live.length} keys`);
  for (const key of [manager, ...live]) {
    assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200, `key ${key.id}`);
  }
  t.diagnostic(`${live.length} keys, ${(await statusOf(dataDir)).current} versions, ${retired} retired`);
});

test('a process that is killed between the file and the database goes on with the version in the file', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const key = await (await first.person('Ada')).key();
  await first.close();
  const { readPepperFile, writePepperFile } = await import('../auth/pepper-file.ts');
  const set = readPepperFile(dataDir)!;
  writePepperFile(dataDir, { ...set, versions: new Map([...set.versions, [2, randomBytes(32)]]) });
  const server = await startServer(t, { dataDir });
  assert.equal(server.deps.peppers.current, 2);
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  assert.equal((await statusOf(dataDir)).versions.length, 2);
});

test('abuse case 43: a row planted without the pepper is no key, and a copy of the database confirms no candidate', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const ada = await first.person('Ada');
  const real = await ada.key();
  await first.close();

  const body = `instavm_sk_PLANTEDplant${randomBytes(16).toString('hex')}`;
  const planted = body + checksum(body);
  const guesses = (text: string) => [
    createHash('sha256').update(text).digest(),
    createHmac('sha256', '').update(text).digest(),
    createHmac('sha256', Buffer.alloc(32)).update(text).digest(),
    createHmac('sha256', 'pepper').update(text).digest(),
  ];
  const db = new DatabaseSync(join(dataDir, 'instavm.db'), { timeout: 5000 });
  const columns = (db.prepare('select name from pragma_table_info(?)').all('api_key') as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !['id', 'public_id', 'digest', 'label'].includes(name));
  for (const [n, digest] of guesses(planted).entries()) {
    db.prepare(
      `insert into api_key (id, public_id, digest, label, ${columns})
       select ?, ?, ?, null, ${columns} from api_key where id = ?`,
    ).run(900 + n, n === 0 ? 'PLANTEDplant' : `PLANTEDplan${n}`, digest, real.id);
  }
  const stored = (
    db.prepare('select digest from api_key where id = ?').get(real.id) as { digest: Uint8Array }
  ).digest;
  db.close();
  for (const guess of guesses(real.text)) assert.notDeepEqual(Buffer.from(stored), guess);

  const server = await startServer(t, { dataDir });
  assert.ok(server.deps.index.get('PLANTEDplant'), 'the control: the row is known');
  const refused = await server.ask('GET', '/v1/vms', { key: planted });
  assert.deepEqual([refused.status, refused.json.code], [401, 'invalid_api_key']);
  assert.equal((await server.ask('GET', '/v1/vms', { key: real.text })).status, 200);
});
