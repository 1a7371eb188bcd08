import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../testing/cli.ts';
import { KEY, temporaryHome } from '../testing/home.ts';
import { problem, SESSION, startServer, VM, WHOAMI } from '../testing/server.ts';

const headers = { 'x-key-expires-in': '259200' };
const LINE =
  'This API key expires in 3 days. With another key, run: instavm keys update 7 --expires-in 90d\n';
const EXPIRING = {
  code: 'expiring',
  text: 'It expires in 2 days.',
  command: 'instavm keys update 7 --expires-in 90d',
};
const ROTATING = { code: 'rotation_open', text: 'Key 8 takes its place.', command: 'instavm keys show 8' };

const whoami = (...notices: object[]) => ({
  'GET /v1/whoami': { status: 200, body: { ...WHOAMI, notices }, headers },
});

test('a key that ends soon is told once a run, on stderr, below what the command prints and with --json too', async (t) => {
  const { url } = await startServer(t, {
    ...whoami(EXPIRING),
    'GET /v1/vms': { status: 200, body: [VM], headers },
    'POST /v1/sessions/session': { status: 201, body: { session_id: SESSION }, headers },
    'POST /kill': { status: 200, body: {}, headers },
  });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const listed = await cli(['ls'], options);
  assert.deepEqual([listed.code, listed.stderr], [0, LINE]);
  const json = await cli(['ls', '--json'], options);
  assert.equal(json.stderr, LINE);
  assert.ok(JSON.parse(json.stdout).vms);
  const ran = await cli(['exec', '--cmd', 'x'], options);
  assert.equal(ran.stderr.split(LINE).length, 2, 'several answers carried it');
  assert.equal((await cli(['ls', '-a'], options)).stderr, '', 'positive control: other answers say nothing');
});

test('a failure says it as well, and keeps its own three lines', async (t) => {
  const refused = { ...problem(403, 'permission_denied', 'The key lacks vms:read'), headers };
  const { url } = await startServer(t, { ...whoami(EXPIRING), 'GET /v1/vms': refused });
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  const { code, stderr } = await cli(['ls'], { home: temporaryHome(t), env });
  assert.equal(code, 5);
  assert.equal(stderr.split(LINE).length, 2);
  assert.match(stderr.replace(LINE, ''), /^Error: .*\n.*\n.*\n$/);
});

test('a key that is being rotated is told who takes its place; a server that cannot say what helps still says when', async (t) => {
  const list = { 'GET /v1/vms': { status: 200, body: [VM], headers } };
  for (const [more, line] of [
    [
      whoami(EXPIRING, ROTATING),
      'This API key is being rotated. Key 8 takes its place. Run: instavm keys show 8\n',
    ],
    [
      { 'GET /v1/whoami': problem(500, 'internal_error', 'x') },
      'This API key expires in 3 days. See what helps: instavm auth status\n',
    ],
  ] as const) {
    const { url } = await startServer(t, { ...list, ...more });
    const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
    const { code, stderr } = await cli(['ls'], { home: temporaryHome(t), env });
    assert.deepEqual([code, stderr], [0, line]);
  }
});
