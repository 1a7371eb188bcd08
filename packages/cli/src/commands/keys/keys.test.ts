import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CliOptions, cli } from '../../testing/cli.ts';
import { KEY, MASK, temporaryHome } from '../../testing/home.ts';
import { type Answer, NOTICE, problem, RECORD, startServer } from '../../testing/server.ts';

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, overrides);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return {
    seen,
    keys: (...argv: string[]) => cli(['keys', ...argv], options),
    keysWith: (more: Partial<CliOptions>, ...argv: string[]) =>
      cli(['keys', ...argv], { ...options, ...more }),
  };
}

const listOf = (...records: object[]): Record<string, Answer> => ({
  'GET /v1/api-keys/': { status: 200, body: records.map((record) => ({ ...RECORD, ...record })) },
});

test('create prints the key alone on stdout, and the warning on stderr', async (t) => {
  const { keys, seen } = await setUp(t);
  const result = await keys('create', '--label', 'ci');
  assert.equal(result.stdout, `${KEY}\n`);
  assert.match(
    result.stderr,
    /^Created API key 7 "ci", without expiry\.\n.*only time the whole key is shown/,
  );
  assert.doesNotMatch(result.stderr, /instavm_sk_/);
  assert.deepEqual(seen[0]!.body, { label: 'ci' });
});

test('every settable field is a flag, and what is not given is not sent', async (t) => {
  const { keys, seen } = await setUp(t);
  const began = Date.now();
  const flags = [
    ['--label', 'ci'],
    ['--description', 'more'],
    ['--owner', 'Ann'],
    ['--environment', 'testing'],
    ['--scope', 'vms:read'],
    ['--scope', 'exec:run'],
    ['--expires-in', '90d'],
    ['--not-before', '2h'],
    ['--idle-expiry-days', '30'],
    ['--allow-cidr', '192.0.2.0/24'],
    ['--allow-cidr', '2001:db8::/32'],
    ['--rate-limit', '100/60s,burst=20'],
  ].flat();
  const fields = {
    label: 'ci',
    description: 'more',
    owner: 'Ann',
    environment: 'testing',
    scopes: ['vms:read', 'exec:run'],
    idle_expiry_days: 30,
    allowed_cidrs: ['192.0.2.0/24', '2001:db8::/32'],
    rate_limit: '100/60s,burst=20',
  };
  await keys('create', ...flags, '--service-account', '4');
  await keys('update', '7', ...flags);
  for (const [at, expected] of [{ ...fields, service_account_id: 4 }, fields].entries()) {
    const { expires_at, not_before, ...rest } = seen[at]!.body as Record<string, string>;
    assert.deepEqual(rest, expected);
    assert.ok(Math.abs(Date.parse(expires_at!) - began - 90 * 86_400_000) < 60_000);
    assert.ok(Math.abs(Date.parse(not_before!) - began - 7_200_000) < 60_000);
  }
});

test('update clears what --clear names, and changes nothing when told nothing', async (t) => {
  const { keys, seen } = await setUp(t);
  const { code, stdout } = await keys('update', '7', '--clear', 'expires-at', '--clear', 'allow-cidr');
  assert.equal(code, 0);
  assert.match(stdout, /^ID: 7\nKey: instavm_sk_0123456789AB…\n/);
  assert.deepEqual(seen[0]!.body, { expires_at: null, allowed_cidrs: null });
  for (const wrong of [
    [],
    ['--clear', 'status'],
    ['--clear', 'label', '--label', 'x'],
    ['--expires-in', '1d', '--expires-at', '2030-01-01T00:00:00Z'],
  ]) {
    assert.equal((await keys('update', '7', ...wrong)).code, 2, wrong.join(' '));
  }
  assert.equal(seen.length, 1);
});

test('wrong usage of create asks nobody', async (t) => {
  const { keys, seen } = await setUp(t);
  for (const wrong of [
    ['--expires-in', '90'],
    ['--not-before', 'soon'],
    ['--idle-expiry-days', '0'],
    ['--environment', 'staging'],
    ['--service-account', 'x'],
    ['label'],
  ]) {
    assert.equal((await keys('create', ...wrong)).code, 2, wrong.join(' '));
  }
  assert.equal(seen.length, 0);
});

test('list says in words what each key may do, where and when it was used, and what its owner should know', async (t) => {
  const hourAgo = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const { keys } = await setUp(
    t,
    listOf(
      {
        scopes: ['read-only', 'vms:write', 'vms:read'],
        last_used: { at: hourAgo, address: '192.0.2.7', client: 'curl/8.5.0 x', route: 'GET /v1/vms' },
        expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString(),
        notices: [NOTICE, { code: 'sent_in_clear', text: 'It was seen.', command: null }],
      },
      { id: 8, label: null, environment: null },
    ),
  );
  const { stdout } = await keys('ls');
  const [title, , head, , first, second, , notices, one, two] = stdout.split('\n');
  assert.equal(title, 'API keys (2)');
  assert.deepEqual(head!.trim().split(/ {2,}/), [
    'ID',
    'Label',
    'Environment',
    'Key',
    'Scopes',
    'Created',
    'Last used',
    'Expires',
    'Status',
    'Notices',
  ]);
  assert.match(
    first!,
    /^ {2}7 {3}ci {5}testing {6}instavm_sk_0123456789AB… {2}Read only; vms: write, read {2}/,
  );
  assert.match(
    first!,
    / {2}2 hours ago from 192\.0\.2\.7 by curl 8\.5\.0 {2}in 3 days {2}active {2}old, sent in clear/,
  );
  assert.match(second!, /^ {2}8 {3}- {6}- {12}instavm_sk_0123456789AB… {2}Full access {2}/);
  assert.deepEqual(
    [notices, one, two],
    ['Notices', '  7: It is 93 days old; 90 are the limit. Run: instavm keys rotate 7', '  7: It was seen.'],
  );
});

test('list filters by state and environment', async (t) => {
  const { keys, seen } = await setUp(t, listOf({}, { id: 8, environment: null }));
  await keys('list', '--status', 'expired');
  await keys('list', '-a');
  assert.deepEqual(
    seen.map(({ query }) => query),
    ['?status=expired', '?status=all'],
  );
  const ids = async (...flags: string[]) =>
    JSON.parse((await keys('list', '-j', ...flags)).stdout).api_keys.map(({ id }: { id: number }) => id);
  assert.deepEqual(await ids(), [7, 8]);
  assert.deepEqual(await ids('--environment', 'testing'), [7]);
  assert.deepEqual(await ids('--environment', 'none'), [8]);
  assert.equal((await keys('list', '--environment', 'production')).stdout, 'No API keys.\n');
});

test('show tells everything that the server sends, scope by scope', async (t) => {
  const body = {
    ...RECORD,
    scopes: ['vms:read', 'exec-only'],
    status: 'revoked',
    ended_at: '2027-06-02T10:00:00.000Z',
    end_reason: 'leaked',
    allowed_cidrs: ['192.0.2.0/24'],
    safe_to_delete: { verdict: true, reason: 'It has ended.' },
    notices: [NOTICE],
  };
  const { keys } = await setUp(t, { 'GET /v1/api-keys/7': { status: 200, body } });
  const { stdout } = await keys('show', '7');
  for (const line of [
    'Scopes: Run code only; vms: read',
    '  vms:read: See machines',
    'Addresses: 192.0.2.0/24',
    'Last used: never',
    'Safe to delete: yes: It has ended.',
    'Notice: It is 93 days old; 90 are the limit. Run: instavm keys rotate 7',
  ]) {
    assert.ok(stdout.split('\n').includes(line), stdout);
  }
  assert.match(stdout, /^Status: revoked, leaked, 2027-06-02T10:00:00\.000Z/m);
  assert.deepEqual(JSON.parse((await keys('show', '7', '-j')).stdout), body);
});

test('a key is named by id, public characters or label; the living one is meant before those that ended', async (t) => {
  const { keys, seen } = await setUp(
    t,
    listOf(
      { id: 5, key_prefix: 'instavm_sk_aaaaaaaaaaaa', status: 'revoked' },
      {},
      { id: 9, key_prefix: 'instavm_sk_bbbbbbbbbbbb', label: 'twice' },
      { id: 10, key_prefix: 'instavm_sk_cccccccccccc', label: 'twice', environment: null },
    ),
  );
  for (const name of ['7', MASK, MASK.replace('…', ''), '0123456789AB', 'ci']) {
    const { code, stdout } = await keys('show', name);
    assert.equal(code, 0, name);
    assert.match(stdout, /^ID: 7\n/);
  }
  const twice = await keys('show', 'twice');
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /They are 9 \(testing, active\), 10 \(no environment, active\)\n/);
  const none = await keys('show', 'nowhere');
  assert.deepEqual([none.code, none.stderr.split('\n')[0]], [1, 'Error: There is no API key nowhere']);
  assert.ok(seen.every(({ line }) => line.startsWith('GET ')));
});

test('a whole key is neither taken as a name, nor repeated, nor sent', async (t) => {
  const { keys, seen } = await setUp(t);
  for (const command of [
    'show',
    'update',
    'revoke',
    'rotate',
    'undo-rotation',
    'disable',
    'enable',
    'explain',
  ]) {
    const result = await keys(command, KEY, ...(command === 'explain' ? ['vms:read'] : []), '--json');
    assert.equal(result.code, 2, command);
    assert.equal((result.stdout + result.stderr).includes(KEY.slice(23)), false);
  }
  assert.equal(seen.length, 0);
});

test('revoke shows the proof, and goes on after a failure', async (t) => {
  const { keys } = await setUp(t);
  for (const name of ['7', MASK]) {
    const result = await keys('revoke', name);
    assert.equal(result.stdout, '7: revoked at 2027-06-01T10:00:00.000Z, confirmed by 1/1\n');
  }
  const mixed = await keys('revoke', '9', '7');
  assert.deepEqual([mixed.code, mixed.stdout.split(':')[0]], [1, '7']);
  const { results } = JSON.parse((await keys('revoke', '7', '--json')).stdout);
  assert.deepEqual(results, [
    { id: 7, status: 'revoked', effective_at: '2027-06-01T10:00:00.000Z', nodes_confirmed: '1/1' },
  ]);
});

test('on a terminal revoke says what it ends and asks; anything but yes changes nothing', async (t) => {
  const { keysWith, seen } = await setUp(t);
  const tty: CliOptions['tty'] = ['stdin', 'stderr'];
  for (const stdin of ['n\n', '\n', '']) {
    const no = await keysWith({ tty, stdin }, 'revoke', '7');
    assert.equal(no.code, 2);
    assert.match(
      no.stderr,
      /^API key 7 "ci", instavm_sk_0123456789AB…: never used\.\nRevoke it for good\? \[y\/N\] /,
    );
  }
  assert.ok(seen.every(({ line }) => !line.startsWith('DELETE')));
  assert.equal((await keysWith({ tty, stdin: 'y\n' }, 'revoke', '7')).code, 0);
  const unasked = await keysWith({ tty }, 'revoke', '7', '--yes');
  assert.deepEqual([unasked.code, unasked.stderr.includes('[y/N]')], [0, false]);
  assert.equal(seen.filter(({ line }) => line.startsWith('DELETE')).length, 2);
});

test('disable and enable tell the new state', async (t) => {
  const { keys } = await setUp(t);
  assert.equal((await keys('disable', '7')).stdout, '7: disabled\n');
  assert.equal((await keys('enable', 'ci')).stdout, '7: active\n');
});

test('explain asks by method and path or by action, and ends with 5 when it would be refused', async (t) => {
  const { keys, seen } = await setUp(t);
  const allowed = await keys('explain', '7', 'post', '/v1/vms', '--address', '192.0.2.7');
  assert.deepEqual([allowed.code, allowed.stdout], [0, 'Allowed: It may.\n']);
  await keys('explain', '7', 'vms.create', '--resource', 'vm_a');
  assert.deepEqual(
    seen.map(({ body }) => body),
    [
      { method: 'POST', path: '/v1/vms', address: '192.0.2.7' },
      { action: 'vms.create', resource: 'vm_a' },
    ],
  );
  for (const wrong of [[], ['POST', 'v1'], ['GET', '/a', '/b']]) {
    assert.equal((await keys('explain', '7', ...wrong)).code, 2);
  }
  const refusing = await setUp(t, {
    'POST /v1/api-keys/7/explain': {
      status: 200,
      body: { allowed: false, rule: 'permission_denied', reason: 'It lacks vms:write.' },
    },
  });
  const refused = await refusing.keys('explain', '7', 'vms:write');
  assert.deepEqual([refused.code, refused.stdout], [5, 'Refused (permission_denied): It lacks vms:write.\n']);
  assert.equal((await refusing.keys('explain', '7', 'vms:write', '-j')).code, 5);
});

test('introspect and report-leak take the key from standard input alone', async (t) => {
  const { keys, keysWith, seen } = await setUp(t);
  const asked = await keysWith({ stdin: `${KEY}\n` }, 'introspect', '--address', '192.0.2.7');
  assert.deepEqual([asked.code, asked.stdout.split('\n')[0]], [0, 'Active: yes']);
  assert.deepEqual(seen[0]!.body, { key: KEY, address: '192.0.2.7' });
  const reported = await keysWith({ stdin: KEY, env: { INSTAVM_BASE_URL: seen[0]!.origin } }, 'report-leak');
  assert.equal(reported.code, 0, reported.stderr);
  assert.deepEqual([seen[1]!.body, seen[1]!.key], [{ key: KEY }, undefined], 'no key of one’s own is needed');
  for (const { stdout, stderr } of [asked, reported]) {
    assert.equal((stdout + stderr).includes(KEY.slice(23)), false);
  }
  for (const command of ['introspect', 'report-leak']) {
    const wrong = await keys(command, KEY);
    assert.equal(wrong.code, 2);
    assert.equal((wrong.stdout + wrong.stderr).includes(KEY.slice(23)), false);
    assert.equal((await keysWith({ stdin: ' \n' }, command)).code, 4);
    assert.equal((await keysWith({ stdin: KEY }, command, '--api-key-stdin')).code, 2);
  }
  assert.equal(seen.length, 2);
});

test('introspect ends with 1 for a key that is not active', async (t) => {
  const { keysWith } = await setUp(t, {
    'POST /v1/api-keys/introspect': { status: 200, body: { active: false } },
  });
  const result = await keysWith({ stdin: 'anything' }, 'introspect');
  assert.deepEqual([result.code, result.stdout], [1, 'Active: no\n']);
});

test('a label that is taken says so in three lines', async (t) => {
  const { keys } = await setUp(t, {
    'POST /v1/api-keys/': problem(409, 'label_taken', 'There is a key "ci" already.'),
  });
  const { code, stdout, stderr } = await keys('create', '--label', 'ci');
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(stderr.trimEnd().split('\n').length, 3);
});
