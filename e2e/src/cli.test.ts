import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { cliMain, root } from './harness/paths.ts';
import { makeKey, makePerson, type Person } from './harness/people.ts';
import { plainEnvironment, type RunOptions, run } from './harness/program.ts';
import { type SharedServer, sharedServer } from './harness/shared.ts';

suite('the CLI', () => {
  let server: SharedServer;
  let person: Person;
  let key: string;
  let home: string;

  before(async () => {
    server = await sharedServer();
    person = await makePerson(server);
    key = await makeKey(server, person);
    home = await mkdtemp(join(tmpdir(), 'ivm-home-'));
  });
  after(() => rm(home, { recursive: true }));

  const environment = (extra: NodeJS.ProcessEnv = {}) =>
    plainEnvironment({ HOME: home, INSTAVM_BASE_URL: server.url, ...extra });
  const cli = (args: string[], { env, ...options }: RunOptions = {}) =>
    run(process.execPath, [cliMain, ...args], { ...options, env: environment(env) });
  const withKey = (args: string[], options: RunOptions = {}) =>
    cli(args, { ...options, env: { INSTAVM_API_KEY: key, ...options.env } });

  test('without a key it says how to give one and ends with 4', async () => {
    const { code, stdout, stderr } = await cli(['ls']);
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, /auth set-key/);
    assert.equal((await cli(['auth', 'status'])).code, 4);
  });

  test('set-key takes a key with CRLF and spaces around it, proves it and keeps it for its owner only', async () => {
    const { code, stdout, stderr } = await cli(['auth', 'set-key'], { input: `  ${key}\r\n` });
    assert.equal(code, 0, stderr);
    assert.ok(!`${stdout}${stderr}`.includes(key));
    const config = join(home, '.instavm', 'config.json');
    assert.equal(JSON.parse(await readFile(config, 'utf8')).profiles.default.auth.api_key, key);
    assert.equal((await stat(config)).mode & 0o777, 0o600);
    assert.equal((await cli(['auth', 'status'])).code, 0);
    assert.equal(JSON.parse((await cli(['whoami', '--json'])).stdout).email, person.email);
  });

  test('a key that lost its end is refused before any request, and the loss is told', async () => {
    const unreachable = { INSTAVM_BASE_URL: 'http://127.0.0.1:9', INSTAVM_API_KEY: key.slice(0, 40) };
    const { code, stderr } = await cli(['ls'], { env: unreachable });
    assert.equal(code, 4);
    assert.match(stderr, /Invalid API key or session expired/);
    assert.match(stderr, new RegExp(`truncated: 40 of ${key.length} characters`));
    assert.ok(!stderr.includes(key.slice(0, 40)));
  });

  test('a flag wins over the environment, which wins over the stored key', async () => {
    const other = await makeKey(server, await makePerson(server));
    const source = async (args: string[], env = {}) =>
      JSON.parse((await cli(['auth', 'status', '--json', ...args], { env })).stdout).api_key.source;
    assert.equal(await source([]), 'config');
    assert.equal(await source([], { INSTAVM_API_KEY: other }), 'env');
    assert.equal(await source(['--api-key', key], { INSTAVM_API_KEY: other }), 'flag');
  });

  test('create, ls, exec and rm work on one machine', async () => {
    const created = await withKey(['create', '--json']);
    assert.equal(created.code, 0, created.stderr);
    const { vm_id: vmId, session_id: sessionId } = JSON.parse(created.stdout);
    assert.match((await withKey(['ls'])).stdout, new RegExp(vmId));
    const first = await withKey(['exec', '--session', sessionId, '--cmd', 'kept = 41']);
    assert.equal(first.code, 0, first.stderr);
    const second = await withKey(['exec', '--session', sessionId, '--cmd', 'print(kept + 1)']);
    assert.equal(second.stdout, '42\n', second.stderr);
    const removed = await withKey(['rm', vmId]);
    assert.deepEqual([removed.code, removed.stdout], [0, `${vmId}: deleted\n`]);
    assert.doesNotMatch((await withKey(['ls'])).stdout, new RegExp(vmId));
    assert.match((await withKey(['ls', '--all'])).stdout, new RegExp(vmId));
  });

  test("exec prints both streams as they are and ends with the program's own code", async () => {
    const { code, stdout, stderr } = await withKey(
      ['exec', '--language', 'bash', '--cmd', 'printf out; printf err >&2; exit 7'],
      { env: { HOME: join(home, 'other') } },
    );
    assert.deepEqual([code, stdout, stderr], [7, 'out', 'err']);
  });

  test('exec runs a file by its ending and ends the machine that it started', async () => {
    const file = join(home, 'hello.py');
    await writeFile(file, 'import sys\nprint(sys.version_info >= (3, 11))\n');
    const { code, stdout, stderr } = await withKey(['exec', file]);
    assert.deepEqual([code, stdout], [0, 'True\n'], stderr);
    assert.deepEqual(JSON.parse((await withKey(['ls', '--json'])).stdout), { vms: [] });
  });

  test('a key is created alone on stdout, listed, and refused once revoked', async () => {
    const created = await withKey(['keys', 'create', '--label', 'from the CLI']);
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stdout, /^instavm_sk_\w+\n$/);
    const made = created.stdout.trim();
    assert.match((await withKey(['keys', 'list'])).stdout, /from the CLI/);
    assert.equal((await cli(['whoami'], { env: { INSTAVM_API_KEY: made } })).code, 0);
    const revoked = await withKey(['keys', 'revoke', made.slice(0, 23)]);
    assert.equal(revoked.code, 0, revoked.stderr);
    assert.equal((await cli(['whoami'], { env: { INSTAVM_API_KEY: made } })).code, 4);
  });

  test('usage errors end with 2, a server that is not reached with 1', async () => {
    assert.equal((await withKey(['lss'])).code, 2);
    assert.equal((await withKey(['keys', 'revoke'])).code, 2);
    const away = { INSTAVM_BASE_URL: 'http://127.0.0.1:9' };
    assert.equal((await withKey(['ls'], { env: away })).code, 1);
    assert.equal((await withKey(['auth', 'status'], { env: away })).code, 1);
  });

  test('npm run -s instavm prints what the CLI prints and ends as it ends', async () => {
    const options = { cwd: root, env: environment({ INSTAVM_API_KEY: key }) };
    const who = await run('npm', ['run', '-s', 'instavm', '--', 'whoami', '--json'], options);
    assert.equal(JSON.parse(who.stdout).email, person.email, who.stderr);
    const wrong = await run('npm', ['run', '-s', 'instavm', '--', 'lss'], options);
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  });

  test('logout forgets the stored key', async () => {
    assert.equal((await cli(['auth', 'logout'])).code, 0);
    assert.equal((await cli(['auth', 'status'])).code, 4);
  });
});
