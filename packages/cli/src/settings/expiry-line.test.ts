import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../testing/cli.ts';
import { KEY, temporaryHome } from '../testing/home.ts';
import { problem, SESSION, startServer, VM } from '../testing/server.ts';

const headers = { 'x-key-expires-in': '259200' };
const LINE = 'This API key expires in 3 days. Rotate it: instavm keys rotate 0123456789AB\n';

test('a key that ends soon is told once a run, on stderr, below what the command prints and with --json too', async (t) => {
  const { url } = await startServer(t, {
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
  assert.equal((await cli(['whoami'], options)).stderr, '', 'positive control: other answers say nothing');
});

test('a failure says it as well, and keeps its own three lines', async (t) => {
  const refused = { ...problem(403, 'permission_denied', 'The key lacks vms:read'), headers };
  const { url } = await startServer(t, { 'GET /v1/vms': refused });
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  const { code, stderr } = await cli(['ls'], { home: temporaryHome(t), env });
  assert.equal(code, 5);
  assert.equal(stderr.split(LINE).length, 2);
  assert.match(stderr.replace(LINE, ''), /^Error: .*\n.*\n.*\n$/);
});
