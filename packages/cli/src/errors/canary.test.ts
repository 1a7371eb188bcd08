import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../testing/cli.ts';
import { OTHER_KEY as CANARY, KEY, temporaryHome } from '../testing/home.ts';
import { problem, startServer } from '../testing/server.ts';

const SECRET = CANARY.slice(23, 39);

test('abuse case 40: no error of a command line repeats a key that was given where none is due', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t, {
    'GET /v1/users/me': problem(500, 'internal_error', `the server repeats ${CANARY}`),
    'DELETE /v1/vms/vm_two': problem(404, 'vm_not_found', CANARY),
  });
  const env = { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url };
  const broken = join(home, '.instavm');
  mkdirSync(broken);
  writeFileSync(join(broken, 'config.json'), `{"profiles": ${CANARY}`, { mode: 0o600 });
  let isShown = false;
  for (const argv of [
    [CANARY],
    ['keys', CANARY],
    ['ls', CANARY],
    ['ls', `--${CANARY}`],
    ['ls', `--labl=${CANARY}`],
    ['ls', '--profile', CANARY],
    ['ls', '--base-url', CANARY],
    ['ls', '--base-url', `http://127.0.0.1:1/${CANARY}`],
    ['ls', '--api-key', `${CANARY}0`],
    ['ls', '--api-key', `"${CANARY}"`],
    ['keys', 'create', '--expires-in', CANARY],
    ['keys', 'create', '--environment', CANARY],
    ['keys', 'list', '--status', CANARY],
    ['exec', CANARY],
    ['exec', '--cmd', 'x', '--vm', CANARY],
    ['rm', CANARY, 'vm_two'],
    ['whoami'],
    ['auth', 'status', '--api-key', `${CANARY} x`],
    ['auth', 'set-key', '--api-key', CANARY],
  ]) {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await cli([...argv, ...json], { home, env });
      assert.notEqual(code, 0, argv.join(' '));
      assert.equal((stdout + stderr).includes(SECRET), false, stdout + stderr);
      isShown ||= stderr.includes(CANARY.slice(0, 23));
    }
  }
  assert.ok(isShown, 'positive control: the public part of what was given is repeated');
});
