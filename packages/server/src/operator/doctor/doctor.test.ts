import assert from 'node:assert/strict';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../testing/folder.ts';
import { runProgram, startProgram } from '../../testing/program.ts';
import { PASSWORD, startServer } from '../../testing/server.ts';
import { toolOn } from '../../testing/tool.ts';
import type { Check } from './check.ts';
import { checkClock } from './clock.ts';
import { checkDisk } from './folder.ts';
import { doctorText } from './report.ts';

const EMAIL = 'ada@example.com';

/** An installation as the program makes it: with its own umask. */
async function installation(t: TestContext): Promise<string> {
  const dataDir = join(temporaryFolder(t), 'data');
  const run = (args: string, input = '') =>
    runProgram([...args.split(' '), '--data-dir', dataDir], {}, input);
  assert.equal((await run(`users create --email ${EMAIL} --password-stdin`, PASSWORD)).code, 0);
  assert.equal((await run(`keys create --email ${EMAIL} --label a`)).code, 0);
  return dataDir;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function examine(dataDir: string, env: Record<string, string> = {}) {
  const listen = `127.0.0.1:${await freePort()}`;
  const { code, printed } = await toolOn(dataDir, { INSTAVM_LISTEN: listen, ...env })('doctor --json');
  const { ok, checks } = JSON.parse(printed) as { ok: boolean; checks: Check[] };
  assert.equal(code, ok ? 0 : 1);
  const of = (name: string) => checks.find((check) => check.name === name);
  return {
    code,
    checks,
    of,
    problems: checks.filter(({ state }) => state === 'problem').map(({ name }) => name),
  };
}

test('an installation in order: exit 0, with the server and without it', async (t) => {
  const dataDir = await installation(t);
  const idle = await examine(dataDir);
  assert.deepEqual([idle.code, idle.problems], [0, []], JSON.stringify(idle.checks, null, 1));
  assert.equal(idle.of('server')?.says, 'not running');
  assert.match(idle.of('listener')!.says, /is free/);
  const names = [
    'server',
    'clock',
    'permissions',
    'disk',
    'database',
    'pepper',
    'audit',
    'engine',
    'listener',
  ];
  assert.deepEqual(
    idle.checks.map(({ name }) => name),
    names,
  );
  const program = await startProgram(t, dataDir);
  const busy = await examine(dataDir);
  assert.deepEqual([busy.code, busy.problems], [0, []], JSON.stringify(busy.checks, null, 1));
  assert.match(busy.of('server')!.says, new RegExp(`running at ${program.url}`));
  assert.match(busy.of('engine')!.says, /fake is ready/);
  assert.match(busy.of('listener')!.says, /answers at/);
  assert.deepEqual(
    busy.checks.map(({ name }) => name),
    names,
  );
});

test('it changes nothing, not even where there is nothing yet', async (t) => {
  const empty = join(temporaryFolder(t), 'none');
  const { code, of } = await examine(empty);
  assert.equal(code, 0);
  assert.match(of('server')!.says, /no database .* yet/);
  assert.throws(() => readFileSync(empty), /ENOENT/);
});

test('each thing that is wrong is a problem that says what to do, and the others are looked at all the same', async (t) => {
  const dataDir = await installation(t);
  const pepper = readFileSync(join(dataDir, 'pepper.json'));
  const put = () => {
    writeFileSync(join(dataDir, 'pepper.json'), pepper);
    chmodSync(join(dataDir, 'pepper.json'), 0o600);
  };

  chmodSync(dataDir, 0o755);
  let seen = await examine(dataDir);
  assert.deepEqual(seen.problems, ['permissions']);
  assert.match(seen.of('permissions')!.todo!, /^Run: chmod 700 /);
  chmodSync(dataDir, 0o700);

  chmodSync(join(dataDir, 'instavm.db'), 0o644);
  seen = await examine(dataDir);
  assert.match(seen.of('permissions')!.says, /open to other users: instavm\.db/);
  chmodSync(join(dataDir, 'instavm.db'), 0o600);

  chmodSync(join(dataDir, 'pepper.json'), 0o644);
  seen = await examine(dataDir);
  assert.deepEqual(seen.problems, ['permissions', 'pepper']);
  assert.match(seen.of('pepper')!.says, /run: chmod 600/);

  rmSync(join(dataDir, 'pepper.json'));
  seen = await examine(dataDir);
  assert.deepEqual(seen.problems, ['pepper']);
  assert.match(seen.of('pepper')!.says, /pepper\.json is missing/);
  const foreign = Buffer.alloc(32, 7).toString('base64');
  writeFileSync(join(dataDir, 'pepper.json'), JSON.stringify({ versions: { 1: foreign } }), { mode: 0o600 });
  seen = await examine(dataDir);
  assert.match(seen.of('pepper')!.says, /is not the pepper that this database's keys were made with/);
  seen = await examine(dataDir, { INSTAVM_PEPPER: `2:${foreign}` });
  assert.match(seen.of('pepper')!.says, /version 1 is missing, which 1 live API key needs/);
  put();

  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.after(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  seen = await examine(dataDir, { INSTAVM_LISTEN: `127.0.0.1:${port}` });
  assert.deepEqual(seen.problems, ['listener']);
  assert.match(seen.of('listener')!.says, /taken by another program/);

  const db = new DatabaseSync(join(dataDir, 'instavm.db'));
  db.exec("insert into kysely_migration (name, timestamp) values ('0999-later', '')");
  seen = await examine(dataDir);
  assert.match(seen.of('database')!.says, /written by a newer version \(it holds 0999-later\)/);
  db.exec("delete from kysely_migration where name = '0999-later'");
  const triggers = db.prepare("select name, sql from sqlite_master where type = 'trigger'").all();
  for (const { name } of triggers) db.exec(`drop trigger ${name}`);
  db.exec("update audit_event set actor_id = 'nobody' where seq = 1");
  db.close();
  seen = await examine(dataDir);
  assert.deepEqual(seen.problems, ['audit']);
  assert.match(seen.of('audit')!.says, /^event 1: /);
  assert.match(seen.of('audit')!.todo!, /Keep this folder as evidence/);

  const file = join(dataDir, 'instavm.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, 4096 * 2, 4096 * 8);
  writeFileSync(file, bytes);
  seen = await examine(dataDir);
  assert.ok(seen.problems.includes('database'), JSON.stringify(seen.checks));
  assert.match(seen.of('database')!.todo!, /restore/);
  writeFileSync(file, 'this is no database at all, but it is a file'.repeat(500));
  seen = await examine(dataDir);
  assert.ok(seen.problems.includes('database'));
});

test('a clock that is wrong, behind the database, or was set back is a problem', async (t) => {
  const now = Date.now();
  const good = { wallMs: now, newestChangeMs: now - 1000, serverAheadMs: 3, keeper: 'chrony' };
  assert.equal(checkClock(good).state, 'ok');
  assert.equal(checkClock({ ...good, keeper: null }).state, 'note');
  assert.equal(checkClock({ ...good, newestChangeMs: null, serverAheadMs: null }).state, 'ok');
  for (const wrong of [
    { wallMs: 0 },
    { wallMs: Date.UTC(2200, 0) },
    { newestChangeMs: now + 600_000 },
    { serverAheadMs: 3_600_000 },
  ]) {
    const check = checkClock({ ...good, ...wrong });
    assert.equal(check.state, 'problem', JSON.stringify(wrong));
    assert.match(check.todo!, /Set the clock/);
  }
  const server = await startServer(t);
  server.world.advance(3_600_000);
  const { of } = await examine(server.dataDir);
  assert.match(of('clock')!.says, /set back by 3600 s while the server ran/);
});

test('a disk that is nearly full is a problem', (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual(
    [1e8, 1e9, 1e11].map((bytes) => checkDisk(folder, bytes).state),
    ['problem', 'note', 'ok'],
  );
});

test('the report has signs and colours at a terminal alone', () => {
  const checks: Check[] = [
    { name: 'clock', state: 'ok', says: 'right', todo: null },
    { name: 'disk', state: 'problem', says: 'full', todo: 'Make room.' },
  ];
  const plain = doctorText(checks, false);
  assert.equal(plain.includes('\x1b'), false);
  assert.match(
    plain,
    /^ok {7}clock {2}right\nproblem {2}disk {3}full\n +Make room\.\n\n1 thing needs something done\.$/,
  );
  assert.ok(doctorText(checks, true).includes('\x1b[31m✗\x1b[0m  disk'));
});
