import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, problem, startServer } from '../../testing/server.ts';

const MEMBER = {
  person_id: 3,
  name: 'Ada',
  email: 'ada@example.com',
  role: 'developer',
  status: 'active',
  suspended_at: null,
  joined_at: '2027-06-01T10:00:00.000Z',
  live_keys: 2,
};
const SERVICE = {
  id: 5,
  name: 'ci',
  role: 'developer',
  status: 'active',
  suspended_at: null,
  created_by: 3,
  created_at: '2027-06-01T10:00:00.000Z',
  live_keys: 1,
};
const INVITATION = {
  id: 9,
  email: 'bob@example.com',
  role: 'viewer',
  status: 'open',
  invited_by: 3,
  created_at: '2027-06-01T10:00:00.000Z',
  expires_at: '2027-06-08T10:00:00.000Z',
  accepted_at: null,
  revoked_at: null,
};
const ACCOUNT = {
  id: 1,
  name: 'Team',
  created_at: '2027-06-01T10:00:00.000Z',
  role: 'owner',
  key_age_days: 90,
  max_keys: null,
  session_idle_minutes: 10_080,
  session_max_hours: 720,
};
const ok = (body: unknown, status = 200): Answer => ({ status, body });

const ANSWERS: Record<string, Answer> = {
  'GET /v1/members': ok([MEMBER]),
  'PATCH /v1/members/3': ok({ ...MEMBER, role: 'viewer' }),
  'POST /v1/members/3/suspend': ok({ ...MEMBER, status: 'suspended' }),
  'POST /v1/members/3/resume': ok(MEMBER),
  'DELETE /v1/members/3': ok({ person_id: 3, status: 'removed', keys: { revoked: 0, handed_over: 2 } }),
  'GET /v1/invitations': ok([INVITATION]),
  'POST /v1/invitations': ok({ ...INVITATION, link: 'http://x/invitation#token=abc' }, 201),
  'DELETE /v1/invitations/9': ok({ ...INVITATION, status: 'revoked' }),
  'GET /v1/service-accounts': ok([SERVICE]),
  'POST /v1/service-accounts': ok(SERVICE, 201),
  'PATCH /v1/service-accounts/5': ok({ ...SERVICE, role: 'viewer' }),
  'DELETE /v1/service-accounts/5': ok({ id: 5, status: 'deleted', keys: { revoked: 1 } }),
  'POST /v1/service-accounts/5/suspend': ok({ ...SERVICE, status: 'suspended' }),
  'GET /v1/account': ok(ACCOUNT),
  'PATCH /v1/account': ok({ ...ACCOUNT, key_age_days: 30 }),
  'DELETE /v1/account': ok({ status: 'closed', closed_at: '2027-06-02T10:00:00.000Z', keys: { revoked: 3 } }),
};

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, { ...ANSWERS, ...overrides });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { seen, run: (...argv: string[]) => cli(argv, options) };
}

test('members are named by id or e-mail, and each act says what it did', async (t) => {
  const { run, seen } = await setUp(t);
  assert.match(
    (await run('members', 'list')).stdout,
    /^Members \(1\)\n\n {2}ID {2}Name .*\n.*\n {2}3 {3}Ada /,
  );
  const lowered = await run('members', 'role', 'Ada@example.com', 'viewer');
  assert.equal(lowered.stdout, 'ada@example.com is viewer now.\n');
  assert.deepEqual(seen.at(-1)!.body, { role: 'viewer' });
  assert.match((await run('members', 'suspend', '3')).stdout, /^3: ada@example\.com is suspended\n$/);
  assert.match((await run('members', 'resume', '3')).stdout, /is active\n$/);
  const removed = await run('members', 'remove', '3', '--hand-over-to', 'service_account:5');
  assert.equal(removed.stdout, '3: removed; 0 keys revoked, 2 handed over\n');
  assert.equal(seen.at(-1)!.query, '?keys=service_account%3A5');
  assert.equal((await run('members', 'suspend', 'eve@example.com')).code, 1);
  assert.equal((await run('members', 'role', '3', 'root')).code, 2);
  assert.equal((await run('members', 'remove', '3', '--revoke-keys', '--hand-over-to', 'member:4')).code, 2);
});

test('the link of an invitation stands alone on stdout, for a pipe', async (t) => {
  const { run, seen } = await setUp(t);
  const made = await run('invitations', 'create', 'bob@example.com', '--role', 'viewer');
  assert.equal(made.stdout, 'http://x/invitation#token=abc\n');
  assert.match(made.stderr, /works once/);
  assert.deepEqual(seen.at(-1)!.body, { email: 'bob@example.com', role: 'viewer' });
  assert.match((await run('invitations', 'ls', '-a')).stdout, /bob@example\.com/);
  assert.equal(seen.at(-1)!.query, '?status=all');
  assert.match((await run('invitations', 'revoke', '9')).stdout, /is revoked/);
  assert.equal((await run('invitations', 'revoke', 'x')).code, 2);
});

test('service accounts are made, changed, suspended and deleted', async (t) => {
  const { run, seen } = await setUp(t);
  assert.match((await run('service-accounts', 'create', 'ci')).stdout, /^Created service account 5 "ci"/);
  assert.deepEqual(seen.at(-1)!.body, { name: 'ci', role: 'developer' });
  assert.match((await run('service-accounts', 'list')).stdout, /ci {4}developer {2}1/);
  assert.equal(
    (await run('service-accounts', 'update', '5', '--role', 'viewer')).stdout,
    '5: "ci" is viewer\n',
  );
  assert.equal((await run('service-accounts', 'update', '5')).code, 2);
  assert.match((await run('service-accounts', 'suspend', '5')).stdout, /ci is suspended/);
  assert.equal((await run('service-accounts', 'delete', '5')).stdout, '5: deleted, 1 keys revoked\n');
});

test('the account is shown, changed and, by its name, closed', async (t) => {
  const { run, seen } = await setUp(t);
  assert.match((await run('account', 'show')).stdout, /Account: Team \(1\)\nYour role: owner/);
  await run('account', 'update', '--key-age-days', '30', '--max-keys', 'none');
  assert.deepEqual(seen.at(-1)!.body, { key_age_days: 30, max_keys: null });
  assert.deepEqual([(await run('account', 'update')).code, (await run('account', 'close')).code], [2, 2]);
  assert.match((await run('account', 'close', '--name', 'Team')).stdout, /3 keys revoked/);
  assert.deepEqual(seen.at(-1)!.body, { name: 'Team' });
});

test('a refusal is told in three lines, with the exit code of what it is', async (t) => {
  const { run } = await setUp(t, {
    'DELETE /v1/members/3': problem(409, 'member_has_keys', '2 API keys belong to this member.'),
    'PATCH /v1/account': problem(403, 'permission_denied', 'This API key lacks account:write.'),
  });
  const kept = await run('members', 'remove', '3');
  assert.deepEqual([kept.code, kept.stdout, kept.stderr.trimEnd().split('\n').length], [1, '', 3]);
  assert.equal((await run('account', 'update', '--name', 'x')).code, 5);
});
