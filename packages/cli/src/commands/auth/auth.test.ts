import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, MASK, OTHER_KEY, temporaryHome } from '../../testing/home.ts';
import { NOTICE, problem, RECORD, startServer, WHOAMI } from '../../testing/server.ts';

const UNREACHABLE = 'http://127.0.0.1:1';
/** A server that does not know yet how to tell a key what it is. */
const OLDER = { 'GET /v1/whoami': problem(501, 'not_built', 'x') };

test('a piped key is proved by one call, stored with the server it belongs to, and never shown', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  const stored = await cli(['auth', 'set-key', '--base-url', url, '--ssh-host', 'h'], {
    home,
    stdin: `\r\n ${KEY}\r\n`,
  });
  const path = join(home, '.instavm', 'config.json');
  assert.equal(
    stored.stdout,
    `Stored API key in ${path}\nAPI key: ${MASK}\nDefault base URL: ${url}\nDefault SSH host: h\nServer: accepted the key\n`,
  );
  assert.equal(stored.stderr, '');
  assert.deepEqual(
    seen.map(({ line }) => line),
    ['GET /v1/whoami'],
  );
  const { profiles } = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual(profiles.default, {
    auth: { api_key: KEY, type: 'api_key' },
    base_url: url,
    ssh_host: 'h',
  });
  assert.equal((await cli(['whoami'], { home })).code, 0);
});

test('a key whose text is wrong is told offline: no request, nothing stored', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  for (const [stdin, why] of [
    [KEY.slice(0, 40), 'truncated: 40 of 61 characters (standard input)'],
    [`${KEY.slice(0, 30)} ${KEY.slice(30)}`, 'extra space (standard input)'],
    [`${KEY}\n${KEY}`, 'extra space, and too long: 123 of 61 characters (standard input)'],
    [`${KEY.slice(0, 60)}b`, 'one character is wrong: character 61 of 61 (standard input)'],
    [`'${KEY}'`, 'quotes around it (standard input)'],
    ['whsec_abc', 'a webhook secret, not an API key (standard input)'],
    ['sk-proj-abc', 'this is not an InstaVM key: it looks like an OpenAI key (standard input)'],
  ] as const) {
    const result = await cli(['auth', 'set-key', '--base-url', url], { home, stdin });
    assert.equal(result.code, 4);
    assert.equal(result.stderr.split('\n')[0], 'Error: Invalid API key or session expired');
    assert.equal(result.stderr.split('\n')[1], why);
  }
  const blank = await cli(['auth', 'set-key', '--base-url', url], { home, stdin: ' \n' });
  assert.match(blank.stderr, /The API key of standard input is blank/);
  assert.equal(seen.length, 0);
  assert.match((await cli(['auth', 'status', '-j', '--base-url', url], { home })).stdout, /"stored":false/);
});

test('an older key, which has no checksum, is for the server to judge; its 401 says what it looks like', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  const older = KEY.slice(0, 43);
  const stored = await cli(['auth', 'set-key', '--base-url', url], { home, stdin: older });
  assert.deepEqual([stored.code, seen[0]!.key], [4, older]);
  assert.match(stored.stderr, /^Error: Invalid API key or session expired\ntruncated: 43 of 61 characters/);
});

test('a key that the server refuses is not stored; a server that is not reached keeps nobody from storing', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  const refused = await cli(['auth', 'set-key', '--base-url', url], { home, stdin: OTHER_KEY });
  assert.equal(refused.code, 4);
  const offline = await cli(['auth', 'set-key', '-j', '--base-url', UNREACHABLE], { home, stdin: OTHER_KEY });
  assert.equal(offline.code, 0);
  assert.match(offline.stderr, /was not reached, so the key was stored unproved/);
  assert.equal(JSON.parse(offline.stdout).server, 'not reached');
});

test('set-key refuses a key as a flag and a terminal that cannot hide it, and says who hides the stored one', async (t) => {
  const home = temporaryHome(t);
  const flag = await cli(['auth', 'set-key', '--api-key', KEY], { home });
  assert.equal(flag.code, 2);
  const dumb = await cli(['auth', 'set-key'], { home, env: { TERM: 'dumb' }, tty: ['stdin', 'stderr'] });
  assert.equal(dumb.code, 2);
  const env = { INSTAVM_API_KEY: OTHER_KEY };
  const hidden = await cli(['auth', 'set-key', '--no-check'], { home, env, stdin: KEY });
  assert.equal(hidden.stderr, 'INSTAVM_API_KEY is set and hides the stored key.\n');
});

test('status lists every source, why the winner won, and what the server knows of each', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  await cli(['auth', 'set-key', '--no-check', '--base-url', url], { home, stdin: OTHER_KEY });
  const env = { INSTAVM_API_KEY: KEY };
  const result = await cli(['auth', 'status', '--json'], { home, env });
  assert.equal(result.code, 0);
  const status = JSON.parse(result.stdout);
  assert.deepEqual(status.api_key, {
    configured: true,
    redacted: MASK,
    source: 'env',
    stored: true,
    why: 'INSTAVM_API_KEY comes before profile default',
  });
  assert.deepEqual(status.base_url, { value: url, source: 'config' });
  assert.deepEqual(status.server, { url, reachable: true, accepted: true, error: null });
  const [winner, loser] = status.sources;
  assert.deepEqual(
    [winner.in_force, winner.environment, winner.scopes, winner.expires_at, winner.id],
    [true, RECORD.environment, RECORD.scopes, null, RECORD.id],
  );
  assert.deepEqual([winner.created_at, winner.notices], [RECORD.created_at, [NOTICE]]);
  assert.deepEqual(
    [loser.in_force, loser.redacted, loser.why],
    [false, `${OTHER_KEY.slice(0, 23)}…`, 'hidden by INSTAVM_API_KEY'],
  );
  assert.equal(
    result.stderr,
    `Using the API key of INSTAVM_API_KEY (${MASK}); it hides profile default (${OTHER_KEY.slice(0, 23)}…).\n`,
  );
});

test('status ends with 0, 4 or 1: taken, none or refused, server not reached', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  const limited = await startServer(t, {
    ...OLDER,
    'GET /v1/users/me': problem(403, 'permission_denied', 'x'),
  });
  const elsewhere = await startServer(t, { 'GET /v1/whoami': problem(403, 'address_not_allowed', 'x') });
  for (const [env, code, says] of [
    [{ INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url }, 0, 'Server: accepted the key'],
    [{ INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: limited.url }, 0, 'Server: accepted the key'],
    [{ INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: elsewhere.url }, 4, 'Server: refused the key'],
    [
      { INSTAVM_API_KEY: OTHER_KEY, INSTAVM_BASE_URL: url },
      4,
      'Server: refused the key: Invalid API key or session expired',
    ],
    [{ INSTAVM_BASE_URL: url }, 4, 'API key: not configured (missing)'],
    [
      { INSTAVM_API_KEY: KEY.slice(0, 40), INSTAVM_BASE_URL: url },
      4,
      'Problem: truncated: 40 of 61 characters',
    ],
    [{ INSTAVM_API_KEY: '', INSTAVM_BASE_URL: url }, 4, 'API key: blank (env)'],
    [{ INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: UNREACHABLE }, 1, 'Server: not reached'],
  ] as const) {
    const result = await cli(['auth', 'status'], { home, env });
    assert.equal(result.code, code, result.stdout);
    assert.ok(result.stdout.includes(says), result.stdout);
  }
});

test('logout forgets here only, says so, and says when a variable still applies', async (t) => {
  const home = temporaryHome(t);
  const { url, seen } = await startServer(t);
  await cli(['auth', 'set-key', '--no-check', '--base-url', url], { home, stdin: KEY });
  const env = { INSTAVM_API_KEY: OTHER_KEY };
  const result = await cli(['auth', 'logout'], { home, env });
  assert.match(
    result.stdout,
    /^Removed the stored API key from .*config\.json\n.*stays valid until it is revoked/,
  );
  assert.match(result.stderr, /^INSTAVM_API_KEY is still set/);
  assert.equal(seen.length, 0);
  const again = await cli(['auth', 'logout', '-j'], { home });
  assert.deepEqual(
    [JSON.parse(again.stdout).status, JSON.parse(again.stdout).env_key_active],
    ['logged_out', false],
  );
  const { profiles } = JSON.parse(readFileSync(join(home, '.instavm', 'config.json'), 'utf8'));
  assert.deepEqual(profiles.default, { auth: { api_key: null, type: 'api_key' }, base_url: url });
});

test('--profile and INSTAVM_PROFILE choose the profile; one that is absent is an error, except to make it', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  await cli(['auth', 'set-key', '--no-check', '--base-url', url, '--profile', 'work'], { home, stdin: KEY });
  assert.equal((await cli(['whoami'], { home })).code, 4);
  assert.equal((await cli(['--profile', 'work', 'whoami'], { home })).code, 0);
  assert.equal((await cli(['whoami'], { home, env: { INSTAVM_PROFILE: 'work' } })).code, 0);
  for (const name of ['gone', '', '__proto__', '../x']) {
    assert.equal((await cli(['whoami', '--profile', name], { home })).code, 2, name);
  }
});

test('a broken file stops what needs it, and only that', async (t) => {
  const home = temporaryHome(t);
  const { url } = await startServer(t);
  mkdirSync(join(home, '.instavm'));
  writeFileSync(join(home, '.instavm', 'config.json'), '{"profiles":', { mode: 0o600 });
  for (const command of [['ls'], ['auth', 'status'], ['auth', 'logout'], ['ls', '--api-key', KEY]]) {
    const result = await cli(command, { home });
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /^Error: Invalid config JSON in .*\nIt is not JSON.*\nCorrect it, or move it away/,
    );
  }
  const given = await cli(['ls', '--api-key', KEY, '--base-url', url], { home });
  assert.equal(given.code, 0);
  assert.match(given.stderr, /Invalid config JSON in .*; this command does not need it\.\n/);
});

test('whoami prints the published card, and nothing more where the server tells nothing of the key', async (t) => {
  const { url } = await startServer(t, OLDER);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  assert.equal(
    (await cli(['whoami'], options)).stdout,
    [
      'Account',
      '  Email: a@b.co',
      '  User ID: 1',
      '  Name: Ann',
      '  Verified: yes',
      '',
      'SSH Keys (1)',
      '  ID  Fingerprint  Comment',
      '  --  -----------  -------',
      '  3   SHA256:abc   -      ',
      '',
    ].join('\n'),
  );
  const { email, ssh_keys, credential } = JSON.parse((await cli(['whoami', '-j'], options)).stdout);
  assert.deepEqual([email, ssh_keys.length, credential], ['a@b.co', 1, { source: 'env', redacted: MASK }]);
});

test('whoami and status show age, expiry, environment, scopes and what the key should know, with the line that settles it', async (t) => {
  const expires_at = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const created_at = new Date(Date.now() - 93 * 86_400_000).toISOString();
  const { url } = await startServer(t, {
    'GET /v1/whoami': {
      status: 200,
      body: { ...WHOAMI, credential: { ...WHOAMI.credential, created_at, expires_at } },
      headers: { 'x-key-expires-in': '259200' },
    },
    'GET /v1/api-keys/': problem(403, 'permission_denied', 'x'),
    'GET /v1/ssh-keys': problem(403, 'permission_denied', 'x'),
  });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  for (const argv of [['whoami'], ['auth', 'whoami'], ['auth', 'status']]) {
    const { code, stdout, stderr } = await cli(argv, options);
    assert.deepEqual([code, stderr], [0, ''], 'the notice is part of the output, so it is not said twice');
    assert.match(stdout, /Environment: testing\n/);
    assert.match(stdout, /Scopes: Full access/);
    assert.match(stdout, new RegExp(`Created: ${created_at} \\(93 days ago\\)`));
    assert.match(stdout, new RegExp(`Expires: ${expires_at} \\(in 3 days\\)`));
    assert.match(stdout, /Notice: It is 93 days old; 90 are the limit\. Run: instavm keys rotate 7\n/);
  }
  const who = await cli(['whoami'], options);
  assert.match(who.stdout, /SSH Keys\n {2}not for this key to see\n/);
  const answer = JSON.parse((await cli(['whoami', '-j'], options)).stdout);
  assert.deepEqual([answer.credential.id, answer.credential.redacted, answer.notices], [7, MASK, [NOTICE]]);
});
