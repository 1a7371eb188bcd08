import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, startServer } from '../../testing/server.ts';

const SECRET = `whsec_${'k'.repeat(38)}`;
const ENDPOINT = {
  ...{ id: 'whe_1', url: 'https://a.example/', status: 'enabled', enabled: true, description: null },
  ...{ environment: null, event_patterns: ['vm.*'], timeout_seconds: 10, max_retries: 12 },
  ...{ secret_hint: 'whsec_kkkk…', created_at: '2027-06-01T10:00:00Z', updated_at: '2027-06-01T10:00:00Z' },
  ...{ last_verified_at: null, last_delivery_at: null, last_failure: null, disabled_reason: null },
};
const AT = 'POST /v1/webhooks/endpoints';

async function setUp(t: TestContext, overrides: Record<string, Answer>) {
  const { url, seen } = await startServer(t, overrides);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { seen, cli: (...argv: string[]) => cli(argv, options), options };
}

test('create sends what was asked for and shows the whole secret once, on its last line', async (t) => {
  const { cli, seen } = await setUp(t, { [AT]: { status: 201, body: { ...ENDPOINT, secret: SECRET } } });
  const flags = '--event vm.* --event snapshot.* --timeout 5 --max-retries 0 --description d'.split(' ');
  const { stdout, stderr } = await cli('webhook', 'create', 'https://a.example/', ...flags);
  assert.deepEqual(seen[0]!.body, {
    url: 'https://a.example/',
    description: 'd',
    event_patterns: ['vm.*', 'snapshot.*'],
    timeout_seconds: 5,
    max_retries: 0,
  });
  assert.ok(stdout.startsWith('Webhook: whe_1\nURL: https://a.example/\nStatus: enabled\n'));
  assert.ok(stdout.endsWith(`\nSecret: ${SECRET}\n`));
  assert.match(stderr, /only time/);
  const json = await cli('webhooks', 'create', 'https://a.example/', '-j');
  assert.equal(JSON.parse(json.stdout).secret, SECRET);
});

test('get shows how the secret begins; what steers a terminal is written out', async (t) => {
  const body = { ...ENDPOINT, secret_hint: 'whsec_\u001b[2J', url: 'https://a.example/\u001b[1m' };
  const { cli } = await setUp(t, {
    'GET /v1/webhooks/endpoints/whe_1': { status: 200, body: ENDPOINT },
    'GET /v1/webhooks/endpoints/whe_2': { status: 200, body },
  });
  assert.match((await cli('webhooks', 'get', 'whe_1')).stdout, /\nSecret: whsec_kkkk…\n$/);
  assert.ok(!(await cli('webhooks', 'get', 'whe_2')).stdout.includes('\u001b'));
});

test('update without a field, or with both of --enable and --disable, changes nothing and is wrong usage', async (t) => {
  const { cli, seen } = await setUp(t, {
    'PATCH /v1/webhooks/endpoints/whe_1': { status: 200, body: ENDPOINT },
  });
  assert.equal((await cli('webhooks', 'update', 'whe_1')).code, 2);
  assert.equal((await cli('webhooks', 'update', 'whe_1', '--enable', '--disable')).code, 2);
  assert.equal(seen.length, 0);
  await cli('webhooks', 'update', 'whe_1', '--disable');
  assert.deepEqual(seen[0]!.body, { enabled: false });
});

test('a receiver that does not prove itself ends verify with 1', async (t) => {
  const { cli } = await setUp(t, {
    [`${AT}/whe_1/verify`]: { status: 200, body: { ...ENDPOINT, verified: false, reason: 'It said 500.' } },
  });
  const { code, stdout } = await cli('webhooks', 'verify', 'whe_1');
  assert.equal(code, 1);
  assert.match(stdout, /Verified: no\nReason: It said 500\.\n$/);
});

test('verify-signature works offline: ok, bad, stale and missing each as published', async (t) => {
  const options = { home: temporaryHome(t) };
  const signature = 'v1=44db9ce5fa0a59a9496831e2de727b70407a3c5e026cc57e86490e862e18c2e5';
  const header = ['--header', 'content-type: x', '--header', `instavm-signature: t=1700000000,${signature}`];
  const base = ['webhooks', 'verify-signature', '--secret', 'whsec_abc'];
  const body = '{"event_type":"vm.terminated"}';
  const good = await cli([...base, ...header, '--tolerance', '-1'], { ...options, stdin: body });
  assert.deepEqual([good.code, good.stdout], [0, 'ok\nevent_type: vm.terminated\nevent_id: -\n']);
  const json = await cli([...base, ...header, '--tolerance', '-1', '--body', body, '-j'], options);
  assert.deepEqual(JSON.parse(json.stdout), { ok: true, event_type: 'vm.terminated', event_id: null });
  const stale = await cli([...base, ...header, '--body', body, '-j'], options);
  assert.deepEqual([stale.code, JSON.parse(stale.stdout).reason], [1, 'stale_timestamp']);
  const bad = await cli([...base, ...header, '--body', 'x'], options);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /^Error: .*\ninvalid_signature\n.*\n$/);
  assert.equal((await cli([...base, '--body', body], options)).code, 2);
  assert.equal((await cli(['webhooks', 'verify-signature', ...header, '--body', body], options)).code, 2);
});
