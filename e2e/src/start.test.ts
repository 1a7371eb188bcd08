import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { endProcessesOf, processesOf } from './harness/leftovers.ts';
import { root, serverMain } from './harness/paths.ts';
import { makePerson } from './harness/people.ts';
import { run } from './harness/program.ts';
import { newDataDir, serverEnvironment, startServer } from './harness/server.ts';
import { until } from './harness/until.ts';

// What a start with bad input says: one line a mistake, on stderr, and an exit code that scripts see.

async function refusedStart(dataDir: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { code, stdout, stderr } = await run(process.execPath, [serverMain, '--port', '0', ...args], {
    env: serverEnvironment(dataDir, 'fake', env),
    timeoutSeconds: 20,
  });
  assert.equal(code, 1, `exit code ${code}: ${stdout}${stderr}`);
  assert.equal(stdout, '');
  return stderr.trimEnd().split('\n');
}

async function ownDataDir(t: TestContext): Promise<string> {
  const dataDir = await newDataDir();
  t.after(() => rm(join(dataDir, '..'), { recursive: true, force: true }));
  return dataDir;
}

test('a taken port is named, with the way to another one', async (t) => {
  const dataDir = await ownDataDir(t);
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const lines = await refusedStart(dataDir, ['--port', String(port)]);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, new RegExp(`${port}.*--port`));
});

test('a second process on the same data folder is refused and the first goes on', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  const lines = await refusedStart(server.dataDir, []);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, new RegExp(`${server.dataDir}.*--data-dir`));
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test('a data folder that cannot be made or written is named', async (t) => {
  const dataDir = await ownDataDir(t);
  const file = join(dataDir, 'file');
  await writeFile(file, '');
  const lines = await refusedStart(dataDir, ['--data-dir', join(file, 'data')]);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /data folder .*--data-dir/);
});

test('a read-only data folder is named', {
  skip: process.getuid?.() === 0 && 'root may write everywhere',
}, async (t) => {
  const dataDir = await ownDataDir(t);
  await chmod(dataDir, 0o500);
  const lines = await refusedStart(dataDir, []);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /data folder/);
});

test('a data folder of another owner is refused', {
  skip: process.getuid?.() !== 0 && 'only root can give a folder away',
}, async (t) => {
  const dataDir = await ownDataDir(t);
  await chown(dataDir, 65534, 65534);
  const lines = await refusedStart(dataDir, []);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /another user/);
});

test('a data folder open to others is closed to them', async (t) => {
  const dataDir = await ownDataDir(t);
  await chmod(dataDir, 0o755);
  const server = await startServer({ driver: 'fake', dataDir });
  await server.stop();
  assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
});

test('the data folder that the server makes is for its owner only', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'ivm-e2e-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const dataDir = join(parent, 'deep', 'data');
  await mkdir(join(parent, 'deep'));
  const server = await startServer({ driver: 'fake', dataDir });
  await server.stop();
  assert.equal((await stat(dataDir)).mode & 0o777, 0o700);
  assert.equal((await stat(join(dataDir, 'instavm.db'))).mode & 0o777, 0o600);
});

test('settings that are wrong or not built yet are refused, a line for each', async (t) => {
  const dataDir = await ownDataDir(t);
  const lines = await refusedStart(dataDir, [], {
    INSTAVM_VM_DRIVER: 'vmware',
    INSTAVM_SIGNUP: 'perhaps',
    INSTAVM_DATABASE_URL: 'postgres://localhost/x',
    INSTAVM_LISTEN: '0.0.0.0:8080',
  });
  assert.equal(lines.length, 4, lines.join('\n'));
  for (const name of ['INSTAVM_VM_DRIVER', 'INSTAVM_SIGNUP', 'INSTAVM_DATABASE_URL', 'INSTAVM_LISTEN']) {
    assert.ok(
      lines.some((line) => line.includes(name)),
      name,
    );
  }
});

test('an unknown option and a port that is none are refused', async (t) => {
  const dataDir = await ownDataDir(t);
  assert.match((await refusedStart(dataDir, ['--prot', '1'])).join(), /--prot/);
  assert.match((await refusedStart(dataDir, ['--port', '70000'])).join(), /70000/);
});

test('a database of a newer version is refused and left as it is', async (t) => {
  const dataDir = await ownDataDir(t);
  const server = await startServer({ driver: 'fake', dataDir });
  await makePerson(server);
  assert.equal(await server.stop(), 0);
  const file = join(dataDir, 'instavm.db');
  inDatabase(file, (db) =>
    db.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01T00:00:00.000Z')"),
  );
  const lines = await refusedStart(dataDir, []);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /newer version/);
  inDatabase(file, (db) => db.exec("DELETE FROM kysely_migration WHERE name = '9999-later'"));
  const again = await startServer({ driver: 'fake', dataDir });
  assert.equal(again.firstRunLink, null, 'the person is still there');
  await again.stop();
});

test('the first-run link stands alone on a line of stdout, and is gone once a person exists', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  assert.match(server.firstRunLink ?? '', new RegExp(`^${server.url}/first-run#token=[\\w-]{43}$`));
  await makePerson(server);
  assert.deepEqual(await (await fetch(`${server.url}/app/first-run`)).json(), { open: false });
  const token = server.firstRunLink!.split('token=')[1];
  const late = await fetch(`${server.url}/app/first-run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({
      token,
      name: 'Late',
      email: 'late@example.com',
      password: 'a long enough password',
    }),
  });
  assert.equal(late.status, 410);
});

test('without a terminal every line of the log is a JSON object on stderr', async (t) => {
  const server = await startServer({ driver: 'fake' });
  t.after(() => server.remove());
  await fetch(`${server.url}/v1/vms`, { headers: { 'x-api-key': 'nonsense' } });
  await server.stop();
  for (const line of server.output().stderr.trim().split('\n').filter(Boolean)) {
    assert.equal(typeof JSON.parse(line), 'object');
  }
});

test('npm start serves, and the server ends when npm is ended', async (t) => {
  const dataDir = await ownDataDir(t);
  const npm = spawn('npm', ['start', '--', '--port', '0', '--data-dir', dataDir], {
    cwd: root,
    env: serverEnvironment(dataDir, 'fake'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => endProcessesOf(dataDir));
  let stdout = '';
  npm.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const url = await until('the address is printed', () => /running at (http:\S+)/.exec(stdout)?.[1], 60);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.match(await (await fetch(url)).text(), /<div id="root">/);
  npm.kill('SIGTERM');
  await until('the server is gone', async () => (await processesOf(dataDir)).length === 0 || undefined);
});

function inDatabase(file: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file, { timeout: 5000 });
  try {
    work(db);
  } finally {
    db.close();
  }
}
