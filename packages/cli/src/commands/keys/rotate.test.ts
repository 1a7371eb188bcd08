import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CliOptions, cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, NEW_KEY, problem, RECORD, ROTATED, startServer } from '../../testing/server.ts';

const USE = {
  at: '2027-06-01T10:00:00.000Z',
  address: '192.0.2.7',
  client: 'curl/8.5',
  route: 'GET /v1/vms',
};
const USED: Answer = { status: 200, body: { ...RECORD, id: 8, last_used: USE } };
const UNUSED: Answer = { status: 200, body: { ...RECORD, id: 8 } };

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, overrides);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return {
    seen,
    rotate: (argv: string[], more: Partial<CliOptions> = {}) =>
      cli(['keys', 'rotate', ...argv], { ...options, ...more }),
  };
}

test('the new key alone is on stdout; the steps, with the way back, are on stderr', async (t) => {
  const { rotate, seen } = await setUp(t);
  const { code, stdout, stderr } = await rotate(['7']);
  assert.deepEqual([code, stdout], [0, `${NEW_KEY}\n`]);
  const lines = stderr.split('\n');
  assert.match(lines[0]!, /^1\. New key made: 8 "ci", instavm_sk_ZZZZZZZZZZZZ…/);
  assert.match(stderr, /\n2\. Put it in place/);
  assert.match(stderr, /\n3\. See it working: instavm keys show 8\n/);
  assert.match(stderr, /\n4\. The old key 7 ends when the new one first works, at 2099-.* at the latest\.\n/);
  assert.match(stderr, /instavm keys undo-rotation 7\n$/);
  assert.equal(stderr.includes(NEW_KEY.slice(23)), false);
  assert.deepEqual(
    seen.map(({ line }) => line),
    ['POST /v1/api-keys/7/rotate'],
    'a script that reads stdout is not kept waiting',
  );
});

test('the policy goes along, and times that do not fit it are refused before anything is done', async (t) => {
  const { rotate, seen } = await setUp(t);
  const at = '2099-01-01T00:00:00Z';
  assert.match((await rotate(['7', '--policy', 'at', '--at', at])).stderr, /4\. The old key 7 ends at 2099-/);
  assert.match((await rotate(['7', '--policy', 'now'])).stderr, /4\. The old key 7 has ended at/);
  await rotate(['7', '--at', '24h']);
  const [first, second, third] = seen.map(({ body }) => body as { at: string });
  assert.deepEqual([first, second], [{ policy: 'at', at }, { policy: 'now' }]);
  assert.ok(Math.abs(Date.parse(third!.at) - Date.now() - 86_400_000) < 60_000);
  for (const wrong of [
    ['--policy', 'at'],
    ['--policy', 'now', '--at', '1h'],
    ['--policy', 'soon'],
    ['--at', 'x'],
  ]) {
    assert.equal((await rotate(['7', ...wrong])).code, 2, wrong.join(' '));
  }
  assert.equal(seen.length, 3);
});

test('with --wait, and on a terminal, the first call with the new key is seen', async (t) => {
  const { rotate } = await setUp(t, { 'GET /v1/api-keys/8': USED });
  const asked = await rotate(['7', '--wait']);
  const onTerminal = await rotate(['7'], { tty: ['stdout', 'stderr'] });
  for (const { code, stderr } of [asked, onTerminal]) {
    assert.equal(code, 0);
    assert.match(
      stderr,
      /Seen working: .* from 192\.0\.2\.7 by curl 8\.5\.\n4\. The old key 7 has ended\.\n$/,
    );
  }
  const [answer, wait] = (await rotate(['7', '--wait', '--json'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(answer.full_key, NEW_KEY);
  assert.deepEqual([wait.id, wait.previous.id, wait.wait.outcome], [8, 7, 'seen']);
});

test('where the key in force is the old one, its end is what tells that the new one works', async (t) => {
  const { rotate } = await setUp(t, {
    'GET /v1/api-keys/8': problem(401, 'key_rotated', 'Invalid API key or session expired'),
  });
  const { code, stderr } = await rotate(['7', '--wait']);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Seen working\.\n4\. The old key 7 has ended\.\n$/);
});

test('a rotation that was taken back, one past its time and one that may not be seen end the wait', async (t) => {
  const past = { ...ROTATED, previous: { ...ROTATED.previous, ends_at: '2020-01-01T00:00:00.000Z' } };
  for (const [overrides, says] of [
    [
      { 'GET /v1/api-keys/8': { status: 200, body: { ...RECORD, id: 8, status: 'revoked' } } },
      /The new key is revoked: somebody took the rotation back/,
    ],
    [
      { 'GET /v1/api-keys/8': UNUSED, 'POST /v1/api-keys/7/rotate': { status: 201, body: past } },
      /The new key was not used in time/,
    ],
    [
      { 'GET /v1/api-keys/8': problem(403, 'permission_denied', 'The key lacks keys:read') },
      /Not to be seen with this key: The key lacks keys:read\n4\. /,
    ],
  ] as const) {
    const { rotate } = await setUp(t, overrides);
    const { code, stderr } = await rotate(['7', '--wait']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, says);
  }
});

test('Ctrl-C ends the waiting and nothing else: the key is on stdout, and the way on is told', async (t) => {
  const { rotate, seen } = await setUp(t, { 'GET /v1/api-keys/8': UNUSED });
  const abort = new AbortController();
  const running = rotate(['7', '--wait'], { signal: abort.signal });
  while (!seen.some(({ line }) => line === 'GET /v1/api-keys/8'))
    await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  const { code, stdout, stderr } = await running;
  assert.deepEqual([code, stdout], [130, `${NEW_KEY}\n`]);
  assert.match(stderr, /The rotation goes on: .*instavm keys show 8\nInterrupted\.\n$/);
});

test('undo-rotation puts the old key back; too late is told in three lines', async (t) => {
  const pair = [
    { ...RECORD, rotated_to: 8 },
    { ...RECORD, id: 8, rotated_from: 7, rotated_to: null },
  ];
  const { url } = await startServer(t, { 'GET /v1/api-keys/': { status: 200, body: pair } });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const undone = await cli(['keys', 'undo-rotation', 'ci'], options);
  assert.equal(undone.stdout, 'API key 7 "ci" is active as before; its successor has ended.\n');
  const late = await startServer(t, {
    'POST /v1/api-keys/7/rotate/undo': problem(409, 'rotation_conflict', 'The new key was used.'),
  });
  const env = { ...options.env, INSTAVM_BASE_URL: late.url };
  const { code, stderr } = await cli(['keys', 'undo-rotation', '7'], { ...options, env });
  assert.equal(code, 1);
  assert.equal(stderr.trimEnd().split('\n').length, 3);
});
