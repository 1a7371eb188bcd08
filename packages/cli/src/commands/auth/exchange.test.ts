import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, MASK, temporaryHome } from '../../testing/home.ts';
import { startServer } from '../../testing/server.ts';

const EXCHANGED = {
  status: 200,
  body: {
    ...{ access_token: KEY, token_type: 'Bearer', expires_in: 900, scope: 'vms:read', api_key_id: 7 },
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  },
};

test('the token comes from a pipe, and the key alone goes to standard output', async (t) => {
  const { url, seen } = await startServer(t, { 'POST /oauth/token': EXCHANGED });
  const options = { home: temporaryHome(t), env: { INSTAVM_BASE_URL: url }, stdin: ' a.b.c\n' };
  const flags = ['--policy', '3', '--scope', 'vms:read', '--scope', 'exec:run', '--lifetime', '15m'];
  const { code, stdout, stderr } = await cli(['auth', 'exchange', '--token-stdin', ...flags], options);
  assert.deepEqual([code, stdout], [0, `${KEY}\n`]);
  assert.match(stderr, /^API key 7 ends .* \(in (14|15) minutes\)\.\n$/);
  const { subject_token, policy_id, scope, lifetime_seconds } = seen[0]!.body as Record<string, string>;
  assert.deepEqual(
    [subject_token, policy_id, scope, lifetime_seconds],
    ['a.b.c', '3', 'vms:read exec:run', '900'],
  );
  assert.equal(seen[0]!.key, undefined, 'no key is needed, and a stored one is not sent');
});

test('with --store the key is kept for the next commands and shown nowhere', async (t) => {
  const { url } = await startServer(t, { 'POST /oauth/token': EXCHANGED });
  const home = temporaryHome(t);
  const store = ['auth', 'exchange', '--token-stdin', '--store', '--base-url', url];
  for (const json of [[], ['--json']]) {
    const { code, stdout, stderr } = await cli([...store, ...json], { home, stdin: 'a.b.c' });
    assert.equal(code, 0, stderr);
    assert.ok(!`${stdout}${stderr}`.includes(KEY));
    assert.ok(stderr.includes(MASK));
  }
  const { profiles } = JSON.parse(readFileSync(join(home, '.instavm', 'config.json'), 'utf8'));
  assert.deepEqual([profiles.default.auth.api_key, profiles.default.base_url], [KEY, url]);
  assert.equal((await cli(['ls'], { home })).code, 0);
});

test('security: a token is taken from no flag, and nothing is sent without one', async (t) => {
  const { url, seen } = await startServer(t, { 'POST /oauth/token': EXCHANGED });
  const options = { home: temporaryHome(t), env: { INSTAVM_BASE_URL: url } };
  for (const [argv, stdin] of [
    [['auth', 'exchange'], 'a.b.c'],
    [['auth', 'exchange', '--token', 'a.b.c'], ''],
    [['auth', 'exchange', 'a.b.c'], ''],
    [['auth', 'exchange', '--token-stdin'], ' \n'],
  ] as const) {
    assert.equal((await cli(argv, { ...options, stdin })).code, 2, argv.join(' '));
  }
  assert.equal(seen.length, 0);
});
