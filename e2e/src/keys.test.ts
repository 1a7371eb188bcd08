import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, suite } from 'node:test';
import { call } from './harness/http.ts';
import { cliMain } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { plainEnvironment, run } from './harness/program.ts';
import { startServer, type TestServer } from './harness/server.ts';
import { until } from './harness/until.ts';

// A key's life as its owner lives it: with the command line, against a server of its own.
suite('the CLI and the life of a key', () => {
  let server: TestServer;
  let home: string;
  let own: string;

  before(async () => {
    server = await startServer({ driver: 'fake' });
    own = await makeKey(server, await makePerson(server));
    home = await mkdtemp(join(tmpdir(), 'ivm-home-'));
  });
  after(async () => {
    await server.remove();
    await rm(home, { recursive: true });
  });

  const environment = (key: string) =>
    plainEnvironment({ HOME: home, INSTAVM_BASE_URL: server.url, ...(key && { INSTAVM_API_KEY: key }) });
  const cliAs = (key: string, args: string[], input?: string) =>
    run(process.execPath, [cliMain, ...args], {
      env: environment(key),
      ...(input !== undefined && { input }),
    });
  const cli = (...args: string[]) => cliAs(own, args);
  const isTaken = async (key: string) => (await call(server, 'GET', '/v1/vms', { key })).status === 200;

  async function create(label: string, ...flags: string[]): Promise<string> {
    const { code, stdout, stderr } = await cli('keys', 'create', '--label', label, ...flags);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  async function show(name: string) {
    const { code, stdout, stderr } = await cli('keys', 'show', name, '--json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  }

  test('what create is told is what the key is, and update changes it', async () => {
    const flags =
      '--environment testing --scope vms:read --scope exec-only --expires-in 90d --idle-expiry-days 30 ' +
      '--allow-cidr 127.0.0.0/8 --rate-limit off --owner Ann';
    const key = await create('settings', ...flags.split(' '));
    const record = await show('settings');
    assert.equal(record.key_prefix, key.slice(0, 23));
    assert.deepEqual(
      [record.environment, record.scopes, record.idle_expiry_days, record.allowed_cidrs, record.owner],
      ['testing', ['vms:read', 'exec-only'], 30, ['127.0.0.0/8'], 'Ann'],
    );
    const updated = await cli(
      'keys',
      'update',
      'settings',
      '--clear',
      'allow-cidr',
      '--scope',
      'read-only',
      '-j',
    );
    const after = JSON.parse(updated.stdout);
    assert.deepEqual([after.allowed_cidrs ?? [], after.scopes], [[], ['read-only']]);
    assert.equal(after.expires_at, record.expires_at);
  });

  test('a mistake is told by the server in three lines, with what was meant', async () => {
    const { code, stderr } = await cli('keys', 'create', '--scope', 'vm:read');
    assert.equal(code, 1);
    assert.equal(stderr.trimEnd().split('\n').length, 3);
    assert.match(stderr, /did you mean `vms:read`/);
  });

  test('explain says what a request with the key then meets', async () => {
    const key = await create('explained', '--scope', 'read-only');
    for (const [method, path] of [
      ['GET', '/v1/vms'],
      ['POST', '/v1/vms'],
    ] as const) {
      const { code } = await cli('keys', 'explain', 'explained', method, path);
      const { status } = await call(server, method, path, { key, body: method === 'POST' ? {} : undefined });
      assert.equal(code, status === 403 ? 5 : 0, `${method} ${path}: ${status}`);
    }
  });

  test('rotate waits until the new key is seen working; the old one has ended by then', async () => {
    const old = await create('rotated', '--scope', 'read-only');
    assert.ok(await isTaken(old), 'positive control');
    const rotating = spawn(process.execPath, [cliMain, 'keys', 'rotate', 'rotated', '--wait', '--json'], {
      env: environment(own),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      rotating[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
      });
    }
    const ended = once(rotating, 'close');
    const successor = await until(
      'the new key is printed',
      () => /"full_key":"(\w+)"/.exec(written.stdout)?.[1],
      30,
    );
    assert.ok(await isTaken(old), 'until the new one is used the old one works');
    assert.ok(await isTaken(successor));
    assert.equal(await isTaken(old), false);
    assert.equal((await ended)[0], 0, written.stderr);
    assert.equal(JSON.parse(written.stdout.trimEnd().split('\n')[1]!).wait.outcome, 'seen');
    assert.match(written.stderr, /Seen working: .* from 127\.0\.0\.1/);
  });

  test('a key may rotate itself and take that back; its successor has ended then', async () => {
    const old = await create('itself', '--scope', 'key-manager');
    const first = await cliAs(old, ['keys', 'rotate', 'itself']);
    assert.equal(first.code, 0, first.stderr);
    const successor = first.stdout.trim();
    const undone = await cliAs(old, ['keys', 'undo-rotation', 'itself']);
    assert.equal(undone.code, 0, undone.stderr);
    assert.equal((await cliAs(successor, ['whoami'])).code, 4, 'its successor has ended');
    assert.equal((await cliAs(old, ['whoami'])).code, 0);
  });

  test('disable and enable turn a key off and on at once', async () => {
    const key = await create('switched');
    assert.equal((await cli('keys', 'disable', 'switched')).code, 0);
    const refused = await cliAs(key, ['ls']);
    assert.deepEqual(
      [refused.code, refused.stderr.split('\n')[0]],
      [4, 'Error: Invalid API key or session expired'],
    );
    assert.equal((await cli('keys', 'enable', 'switched')).code, 0);
    assert.ok(await isTaken(key));
  });

  test('introspect knows a living key, and a reported leak ends it', async () => {
    const key = await create('leaked', '--environment', 'testing');
    const living = await cliAs(own, ['keys', 'introspect', '--json'], key);
    assert.deepEqual([living.code, JSON.parse(living.stdout).environment], [0, 'testing']);
    const reported = await cliAs('', ['keys', 'report-leak'], key);
    assert.equal(reported.code, 0, reported.stderr);
    assert.equal(await isTaken(key), false);
    assert.equal((await cliAs(own, ['keys', 'introspect'], key)).code, 1);
    const { status, end_reason } = await show(key.slice(11, 23));
    assert.deepEqual([status, end_reason], ['revoked', 'leaked']);
  });

  test('in its last days every command says when the key ends and what helps, once', async () => {
    const key = await create('expiring', '--expires-in', '3d');
    const { stderr } = await cliAs(key, ['ls', '--json']);
    assert.match(
      stderr,
      /^This API key expires in (2|3) days\. .*instavm keys update \d+ --expires-in 90d\n$/,
    );
    assert.equal((await cli('ls')).stderr, '', 'positive control: a key without expiry');
  });

  test('abuse case 20: the drill finds no accepted request that began after the revocation was answered', async () => {
    const { code, stdout, stderr } = await cli('keys', 'drill', '--connections', '64', '--json');
    assert.equal(code, 0, stdout + stderr);
    const report = JSON.parse(stdout);
    assert.equal(report.accepted_after_answer, 0);
    assert.ok(report.accepted_before > 0 && report.refused_after_answer > 0);
    assert.equal(report.nodes_confirmed, '1/1');
    const { status } = await show(String(report.key.id));
    assert.equal(status, 'revoked');
  });

  test('abuse case 40: no command but create and rotate prints a whole key', async () => {
    const key = await create('canary');
    const secret = key.slice(23);
    const outputs = await Promise.all([
      cli('keys', 'list', '--all', '--json'),
      cli('keys', 'show', 'canary', '--json'),
      cliAs(key, ['auth', 'status', '--json']),
      cliAs(key, ['whoami', '--json']),
      cliAs(own, ['keys', 'introspect', '--json'], key),
      cli('keys', 'show', key),
      cli('keys', 'introspect', key),
      cli('keys', 'revoke', 'canary', '--json'),
    ]);
    for (const { stdout, stderr } of outputs) assert.equal((stdout + stderr).includes(secret), false);
    assert.ok(
      outputs.some(({ stdout }) => stdout.includes(key.slice(0, 23))),
      'positive control',
    );
  });
});
