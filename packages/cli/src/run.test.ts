import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cli, cliProcess } from './testing/cli.ts';
import { KEY, OTHER_KEY, temporaryHome } from './testing/home.ts';
import { problem, startServer } from './testing/server.ts';
import { VERSION } from './version.ts';

test('the exit codes of the process', { timeout: 60_000 }, async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t, {
    'GET /v1/vms': problem(403, 'permission_denied', 'The key lacks vms:read'),
    'GET /v1/vms/': problem(429, 'rate_limit_exceeded', 'Rate limit exceeded', { 'retry-after': '70' }),
  });
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  for (const [argv, more, code] of [
    [['whoami'], {}, 0],
    [['exec', '--cmd', 'x'], {}, 3],
    [['exec', '--cmd', 'x', '--vm', 'vm_gone'], {}, 1],
    [['whoami'], { INSTAVM_BASE_URL: 'http://127.0.0.1:1' }, 1],
    [['frob'], {}, 2],
    [['ls', '--nope'], {}, 2],
    [['rm'], {}, 2],
    [['whoami', '--base-url', 'nonsense'], {}, 2],
    [['whoami'], { INSTAVM_API_KEY: OTHER_KEY }, 4],
    [['whoami'], { INSTAVM_API_KEY: KEY.slice(0, 40) }, 4],
    [['ls'], {}, 5],
    [['ls', '-a'], {}, 6],
  ] as const) {
    const result = await cliProcess(argv, { home, env: { ...env, ...more } });
    assert.equal(result.code, code, `${argv.join(' ')}: ${result.stderr}`);
    if (code !== 0 && code !== 3) assert.equal(result.stderr.trimEnd().split('\n').length, 3, result.stderr);
  }
});

test('a wrong key text is told offline, in every command, without any request', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  const env = { INSTAVM_API_KEY: KEY.slice(0, 40), INSTAVM_BASE_URL: url };
  for (const argv of [
    ['ls'],
    ['create'],
    ['rm', 'x'],
    ['exec', '--cmd', 'x'],
    ['whoami'],
    ['keys', 'list'],
    ['keys', 'create'],
    ['keys', 'revoke', '1'],
  ]) {
    const result = await cli(argv, { home, env });
    assert.equal(result.code, 4);
    assert.deepEqual(result.stderr.split('\n').slice(0, 2), [
      'Error: Invalid API key or session expired',
      'truncated: 40 of 61 characters (INSTAVM_API_KEY)',
    ]);
  }
  assert.equal(seen.length, 0);
});

test('with --json a failure is an object on stdout as well, its text on stderr', async (t) => {
  const { url } = await startServer(t, {
    'GET /v1/vms': problem(429, 'rate_limit_exceeded', 'Rate limit exceeded', { 'retry-after': '70' }),
  });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const { error } = JSON.parse((await cli(['ls', '-j'], options)).stdout);
  assert.deepEqual(
    [error.code, error.status, error.request_id, error.retry_after],
    ['rate_limit_exceeded', 429, 'req-9', 70],
  );
  assert.match(error.hint, /^Try again in 70 s/);
  const usage = await cli(['-j', 'lss'], options);
  assert.deepEqual([usage.code, JSON.parse(usage.stdout).error.why], [2, 'Did you mean ls?']);
});

test('flags count before the command as after it, and the nearer one wins', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  for (const argv of [
    ['--api-key', KEY, '--base-url', url, '-j', 'keys', 'list'],
    ['keys', '--api-key', KEY, 'list', '--base-url', url, '-j'],
    ['--api-key', OTHER_KEY, 'keys', 'list', '--api-key', KEY, '--base-url', url, '-j'],
  ]) {
    const result = await cli(argv, { home });
    assert.equal(result.code, 0, result.stderr);
    assert.ok(JSON.parse(result.stdout).api_keys);
  }
});

test('a key may come on standard input, with line ends of any kind', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  const argv = ['whoami', '--api-key-stdin', '--base-url', url];
  assert.equal((await cli(argv, { home, stdin: `${KEY}\r\n` })).code, 0);
  assert.equal(seen[0]!.key, KEY);
  assert.equal((await cli(argv, { home, stdin: '' })).code, 4);
  assert.equal((await cli(argv, { home, tty: ['stdin'] })).code, 2);
  const both = await cli([...argv, '--api-key', KEY], { home, stdin: OTHER_KEY });
  assert.match(both.stderr, /it hides --api-key-stdin\.\n/);
});

test('a blank flag or variable is an error that says so, never silently no key', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  const env = { INSTAVM_BASE_URL: url };
  for (const [argv, more, says] of [
    [['ls', '--api-key', ''], {}, /^Error: The API key of --api-key is blank\n/],
    [['ls'], { INSTAVM_API_KEY: ' ' }, /^Error: The API key of INSTAVM_API_KEY is blank\n/],
    [['ls', '--api-key', KEY, '--base-url', ' '], {}, /^Error: --base-url is blank\n/],
    [['ls', '--api-key', KEY], { INSTAVM_BASE_URL: '' }, /^Error: INSTAVM_BASE_URL is blank\n/],
    [['ls', '--api-key', KEY], { INSTAVM_PROFILE: '' }, /^Error: INSTAVM_PROFILE is blank\n/],
  ] as const) {
    const result = await cli(argv, { home, env: { ...env, ...more } });
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, says);
  }
});

test('help and version need neither key nor server nor file', async (t) => {
  const home = temporaryHome(t);
  for (const argv of [[], ['help'], ['auth'], ['help', 'keys', 'create'], ['ls', '-h']]) {
    const result = await cli(argv, { home });
    assert.equal(result.code, 0);
    assert.match(result.stdout, /^Usage: instavm/);
    assert.equal(result.stderr, '');
  }
  assert.match((await cli(['help', 'exec'], { home })).stdout, /ended after it/);
  assert.equal((await cli(['--version'], { home })).stdout, `instavm ${VERSION}\n`);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  assert.equal(VERSION, version);
});

test('an interrupted run ends its own session and says so with 130', async (t) => {
  const { url, seen } = await startServer(t);
  const abort = new AbortController();
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  const running = cli(['exec', '--cmd', 'x'], { home: temporaryHome(t), env, signal: abort.signal });
  while (!seen.some(({ line }) => line === 'POST /execute'))
    await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  const result = await running;
  // The answer may have been on its way already; the session is ended in either case.
  assert.ok(result.code === 130 || result.code === 3);
  assert.equal(seen.at(-1)!.line, 'POST /kill');
});

test('a reader that goes away is quiet', { timeout: 30_000 }, async (t) => {
  const records = Array.from({ length: 5000 }, (_, index) => ({
    vm_id: `vm_${index}`,
    status: 'active',
    created_at: 'now',
  }));
  const { url } = await startServer(t, { 'GET /v1/vms/': { status: 200, body: records } });
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'ls', '-a'], {
    env: { PATH: process.env.PATH, HOME: temporaryHome(t), INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([code, stderr], [0, '']);
});
