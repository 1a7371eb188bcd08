import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CliOptions, cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, problem, SESSION, startServer } from '../../testing/server.ts';

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, overrides);
  const home = temporaryHome(t);
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  return {
    home,
    seen,
    env,
    exec: (argv: string[], more: Partial<CliOptions> = {}) => cli(['exec', ...argv], { home, env, ...more }),
  };
}

test("the program's streams come out raw and its exit code is the command's", async (t) => {
  const { exec, seen } = await setUp(t);
  assert.deepEqual(await exec(['--cmd', 'x', '--timeout', '9']), {
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  assert.deepEqual(
    seen.map(({ line, body }) => [line, body]),
    [
      ['POST /v1/sessions/session', { vm_lifetime_seconds: 300 }],
      ['POST /execute', { command: 'x', session_id: SESSION, timeout: 9 }],
      ['POST /kill', { session_id: SESSION }],
    ],
  );
});

test('a given session or machine goes on afterwards', async (t) => {
  const { exec, seen } = await setUp(t);
  await exec(['--cmd', 'x', '--session', 'mine']);
  await exec(['--cmd', 'x', '--vm', 'vm_abc']);
  assert.deepEqual(
    seen.map(({ line }) => line),
    ['POST /execute', 'GET /v1/vms/vm_abc', 'POST /execute'],
  );
  assert.equal((await exec(['--cmd', 'x', '--vm', 'a', '--session', 'b'])).code, 2);
});

test('code comes from a file, with the language of its name, or from standard input', async (t) => {
  const { exec, home, seen } = await setUp(t);
  for (const [name, language] of [
    ['a.py', 'python'],
    ['a.sh', 'bash'],
    ['a.bash', 'bash'],
    ['result', undefined],
  ] as const) {
    writeFileSync(join(home, name), `# ${name}\n`);
    await exec([join(home, name), '--session', 's']);
    assert.deepEqual(seen.at(-1)!.body, {
      command: `# ${name}\n`,
      session_id: 's',
      ...(language && { language }),
    });
  }
  await exec(['-', '--session', 's', '--language', 'bash'], { stdin: 'echo Zoë\n' });
  assert.deepEqual(seen.at(-1)!.body, { command: 'echo Zoë\n', session_id: 's', language: 'bash' });
});

test('wrong usage starts nothing', async (t) => {
  const { exec, seen } = await setUp(t);
  for (const [argv, code] of [
    [[], 2],
    [['f', '--cmd', 'x'], 2],
    [['--cmd', 'x', '--language', 'ruby'], 2],
    [['--cmd', 'x', '--timeout', '0'], 2],
    [['/does/not/exist.py'], 1],
  ] as const) {
    assert.equal((await exec([...argv])).code, code, argv.join(' '));
  }
  const both = await exec(['-', '--api-key-stdin'], { stdin: KEY });
  assert.match(both.stderr, /Standard input is taken/);
  assert.equal(seen.length, 0);
});

test('the session of its own is ended also when the run fails', async (t) => {
  const { exec, seen } = await setUp(t, {
    'POST /execute': problem(410, 'session_expired', 'Session expired'),
  });
  const result = await exec(['--cmd', 'x']);
  assert.equal(result.code, 1);
  assert.equal(result.stderr.split('\n')[0], 'Error: Session expired');
  assert.equal(seen.at(-1)!.line, 'POST /kill');
});

test('a session that cannot be ended is mentioned and changes no exit code', async (t) => {
  const { exec } = await setUp(t, { 'POST /kill': problem(500, 'internal_error', 'x') });
  const result = await exec(['--cmd', 'x']);
  assert.equal(result.code, 3);
  assert.match(result.stderr, /could not be ended; it ends by itself within 300 s/);
});

test('--json prints the whole answer and keeps the exit code', async (t) => {
  const { exec } = await setUp(t);
  const { code, stdout, stderr } = await exec(['-j', '--cmd', 'x']);
  assert.deepEqual([code, stderr], [3, '']);
  assert.deepEqual([JSON.parse(stdout).stdout, JSON.parse(stdout).exit_code], ['out\n', 3]);
});
