import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { startServer } from '../../testing/server.ts';

const ELSEWHERE = 'http://192.0.2.7:8080';

test('security: no command sends a key by plain http to another machine, wherever the address comes from', async (t) => {
  const home = temporaryHome(t);
  for (const argv of [['whoami'], ['ls'], ['keys', 'list'], ['exec', '--cmd', '1'], ['auth', 'status']]) {
    for (const way of [
      { argv: [...argv, '--base-url', ELSEWHERE] },
      { argv, env: { INSTAVM_BASE_URL: ELSEWHERE } },
    ]) {
      const env = { INSTAVM_API_KEY: KEY, ...way.env };
      const { code, stdout, stderr } = await cli(way.argv, { home, env });
      const all = stdout + stderr;
      assert.equal(code, 2, `${argv.join(' ')}: ${all}`);
      assert.match(all, /Plain http refused|another machine/);
      assert.match(all, /without encryption everyone on the way could read the API key/);
      assert.match(
        all,
        /Use the https address of the server, such as https:\/\/192\.0\.2\.7; nothing was sent/,
      );
      assert.equal(all.includes(KEY), false);
    }
  }
  const { url } = await startServer(t);
  const control = await cli(['whoami', '--base-url', url], { home, env: { INSTAVM_API_KEY: KEY } });
  assert.equal(control.code, 0, control.stderr);
});

test('security: a key is not stored for such an address either, checked or not', async (t) => {
  const home = temporaryHome(t);
  for (const more of [[], ['--no-check']]) {
    const result = await cli(['auth', 'set-key', '--base-url', ELSEWHERE, ...more], { home, stdin: KEY });
    assert.equal(result.code, 2, result.stderr);
    assert.match(result.stderr, /^Error: Plain http refused\n/);
    assert.equal(existsSync(join(home, '.instavm', 'config.json')), false);
  }
});
