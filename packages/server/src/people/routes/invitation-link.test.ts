import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { filesHolding } from '../../testing/folder.ts';
import { cookieOf, PASSWORD, startServer, withoutRequestId } from '../../testing/server.ts';
import { invite, joined, tokenOf } from '../../testing/team.ts';

const DAY_MS = 86_400_000;
const server = await startServer({ after });
const olga = await server.person('Olga');

/** Attempts are counted by the minute. */
function accept(json: Record<string, unknown>, cookie?: string) {
  server.world.advance(61_000);
  return server.ask('POST', '/app/invitations/accept', { json, ...(cookie ? { cookie } : {}) });
}

test('an invitation is a link that shows whom it is for, and makes a new person a member, once', async () => {
  const made = await server.ask('POST', '/app/v1/invitations', {
    cookie: olga.cookie,
    json: { email: ' Ada@Example.com ', role: 'developer' },
  });
  assert.equal(made.status, 201, made.text);
  assert.match(made.json.link, /^http:\/\/127\.0\.0\.1:\d+\/invitation#token=[A-Za-z0-9_-]{43}$/);
  const token = tokenOf(made.json.link);
  const shown = await server.ask('POST', '/app/invitations/show', { json: { token } });
  assert.deepEqual(shown.json, {
    email: 'ada@example.com',
    role: 'developer',
    account_name: 'Olga',
    invited_by: 'Olga',
    expires_at: made.json.expires_at,
    person_exists: false,
  });
  for (const json of [
    { token },
    { token, password: PASSWORD },
    { token, name: 'Ada', password: 'short' },
    { token, name: 'Ada', password: PASSWORD, role: 'owner' },
    { token, name: 'Ada', password: PASSWORD, email: 'eve@example.com' },
  ]) {
    assert.equal((await accept(json)).status, 422, JSON.stringify(json));
  }
  const joinedNow = await accept({ token, name: ' Ada ', password: PASSWORD });
  assert.equal(joinedNow.status, 201, joinedNow.text);
  assert.deepEqual(joinedNow.json.account, { id: olga.accountId, name: 'Olga', role: 'developer' });
  const cookie = cookieOf(joinedNow);
  const me = await server.ask('GET', '/app/v1/users/me', { cookie });
  assert.deepEqual([me.json.name, me.json.email], ['Ada', 'ada@example.com']);
  const accounts = await server.ask('GET', '/app/accounts', { cookie });
  assert.deepEqual(accounts.json, [
    { id: olga.accountId, name: 'Olga', role: 'developer', usable: true, current: true },
  ]);
  const again = await accept({ token, name: 'Ada', password: PASSWORD });
  assert.deepEqual([again.status, again.json.code], [410, 'invitation_ended']);
  assert.match(again.json.detail, /accepted before/);
});

test("security: a link's token is in no list, no log and no file", async () => {
  const token = await invite(server, olga, 'quiet@example.com', 'viewer');
  const listed = await server.ask('GET', '/app/v1/invitations?status=all', { cookie: olga.cookie });
  assert.match(listed.text, /quiet@example\.com/, 'control');
  assert.equal(listed.text.includes(token), false);
  await server.ask('POST', '/app/invitations/show', { json: { token } });
  assert.equal(server.logged.join('').includes(token), false);
  assert.notDeepEqual(filesHolding(server.dataDir, 'quiet@example.com'), [], 'control');
  assert.deepEqual(filesHolding(server.dataDir, token), []);
});

test('security: a wrong, a revoked, a replaced and an old link let nobody in, each with a clear answer', async () => {
  server.world.advance(61_000);
  const misses = [];
  for (const token of [
    '',
    'x',
    'A'.repeat(43),
    `${await invite(server, olga, 'a@example.com', 'viewer')}x`,
  ]) {
    const answer = await accept({ token, name: 'A', password: PASSWORD });
    assert.equal(answer.status, 404, token);
    misses.push(withoutRequestId(answer.text));
  }
  assert.equal(new Set(misses).size, 1);

  const replaced = await invite(server, olga, 'b@example.com', 'viewer');
  const token = await invite(server, olga, 'b@example.com', 'viewer');
  assert.match((await accept({ token: replaced, name: 'B', password: PASSWORD })).json.detail, /revoked/);
  const open = await server.ask('GET', '/app/v1/invitations', { cookie: olga.cookie });
  const { id } = open.json.find(({ email }: { email: string }) => email === 'b@example.com');
  const revoked = await server.ask('DELETE', `/app/v1/invitations/${id}`, { cookie: olga.cookie });
  assert.equal(revoked.json.status, 'revoked');
  const answer = await accept({ token, name: 'B', password: PASSWORD });
  assert.deepEqual([answer.status, answer.json.code], [410, 'invitation_ended']);

  const old = await startServer({ after });
  const boss = await old.person('Boss');
  const late = await invite(old, boss, 'late@example.com', 'viewer');
  old.world.advance(7 * DAY_MS);
  const expired = await old.ask('POST', '/app/invitations/accept', {
    json: { token: late, name: 'Late', password: PASSWORD },
  });
  assert.deepEqual([expired.status, expired.json.code], [410, 'invitation_ended']);
  assert.match(expired.json.detail, /expired/);
});

test('security: of eight who use a link at the same time, one joins', async () => {
  const token = await invite(server, olga, 'race@example.com', 'viewer');
  server.world.advance(61_000);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      server.ask('POST', '/app/invitations/accept', {
        json: { token, name: `Race ${n}`, password: `${PASSWORD} ${n}` },
      }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.ok(answers.every(({ status }) => [201, 401, 409, 410].includes(status)));
  const rows = await server.deps.db
    .selectFrom('person')
    .select('id')
    .where('email', '=', 'race@example.com')
    .execute();
  assert.equal(rows.length, 1);
});

test('somebody who has an account joins another by being signed in, or with their password; never as another', async () => {
  server.world.advance(61_000);
  const eve = await server.person('Eve');
  const zoe = await server.person('Zoe');
  const token = await invite(server, olga, eve.email, 'viewer');
  const asAnother = await accept({ token }, zoe.cookie);
  assert.deepEqual([asAnother.status, asAnother.json.code], [403, 'invitation_for_another']);
  const wrong = await accept({ token, password: 'not the password' });
  assert.deepEqual([wrong.status, wrong.json.code], [401, 'sign_in_failed']);
  assert.equal((await accept({ token })).status, 422, 'nobody is signed in');
  const answer = await accept({ token }, eve.cookie);
  assert.equal(answer.status, 201, answer.text);
  const listed = await server.ask('GET', '/app/accounts', { cookie: eve.cookie });
  assert.deepEqual(
    listed.json.map(({ id, role, current }: Record<string, unknown>) => ({ id, role, current })),
    [
      { id: eve.accountId, role: 'owner', current: false },
      { id: olga.accountId, role: 'viewer', current: true },
    ],
  );
  const token2 = await invite(server, olga, zoe.email, 'viewer');
  const byPassword = await accept({ token: token2, password: PASSWORD });
  assert.equal(byPassword.status, 201, byPassword.text);
  const again = await server.ask('POST', '/app/v1/invitations', {
    cookie: olga.cookie,
    json: { email: zoe.email, role: 'viewer' },
  });
  assert.deepEqual([again.status, again.json.code], [409, 'already_member']);
});

test('a person works in the account that they chose, and nothing of the other is seen or made there', async () => {
  server.world.advance(61_000);
  const max = await server.person('Max');
  const mine = await max.key({ label: 'mine' });
  await accept({ token: await invite(server, olga, max.email, 'developer') }, max.cookie);
  const keys = async () =>
    (await server.ask('GET', '/app/v1/api-keys/', { cookie: max.cookie })).json.map(
      ({ label }: { label: string }) => label,
    );
  const theirs = await max.key({ label: 'theirs' });
  assert.equal((await keys()).includes('mine'), false);
  assert.equal((await server.ask('GET', `/app/v1/api-keys/${mine.id}`, { cookie: max.cookie })).status, 404);
  const switched = await server.ask('POST', '/app/accounts/switch', {
    cookie: max.cookie,
    json: { account_id: max.accountId },
  });
  assert.deepEqual(switched.json, { id: max.accountId, name: 'Max', role: 'owner' });
  assert.deepEqual(await keys(), ['mine']);
  assert.equal(
    (await server.ask('GET', `/app/v1/api-keys/${theirs.id}`, { cookie: max.cookie })).status,
    404,
  );
  for (const account_id of [999_999, -1, 'x']) {
    const answer = await server.ask('POST', '/app/accounts/switch', {
      cookie: max.cookie,
      json: { account_id },
    });
    assert.ok([404, 422].includes(answer.status), String(account_id));
  }
  await server.ask('POST', '/app/accounts/switch', {
    cookie: max.cookie,
    json: { account_id: olga.accountId },
  });
  await server.ask('POST', `/app/v1/members/${max.id}/suspend`, { cookie: olga.cookie });
  const refused = await server.ask('GET', '/app/v1/vms', { cookie: max.cookie });
  assert.equal(refused.json.code, 'account_suspended', 'it does not fall back to another account by itself');
  await server.ask('POST', '/app/accounts/switch', {
    cookie: max.cookie,
    json: { account_id: max.accountId },
  });
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: max.cookie })).status, 200);
});

test('security: whoever was suspended, lowered or removed lets nobody in by an older link', async () => {
  const own = await startServer({ after }, { config: { signUp: 'invite' } });
  const boss = await own.person('Boss');
  const admin = await joined(own, boss, 'Admin', 'admin');
  const second = await joined(own, boss, 'Second', 'admin');
  const tokens = [];
  for (const n of [1, 2]) tokens.push(await invite(own, admin, `sock${n}@example.com`, 'admin'));
  const fromSecond = await invite(own, second, 'sock3@example.com', 'admin');
  const tryToken = (token: string) => {
    own.world.advance(61_000);
    return own.ask('POST', '/app/invitations/accept', { json: { token, name: 'Sock', password: PASSWORD } });
  };
  const act = (method: string, path: string, json?: unknown) =>
    own.ask(method, `/app/v1/members/${path}`, { cookie: boss.cookie, ...(json ? { json } : {}) });
  await act('POST', `${admin.id}/suspend`);
  assert.equal((await tryToken(tokens[0]!)).json.code, 'invitation_ended');
  await act('POST', `${admin.id}/resume`);
  await act('PATCH', `${admin.id}`, { role: 'developer' });
  assert.equal((await tryToken(tokens[0]!)).json.code, 'invitation_ended');
  await act('PATCH', `${admin.id}`, { role: 'admin' });
  assert.equal((await tryToken(tokens[0]!)).status, 201, 'control: with the role back the link works');
  await act('DELETE', `${second.id}`);
  assert.equal((await tryToken(fromSecond)).json.code, 'invitation_ended');
});

test('INSTAVM_SIGNUP says who invites: owners alone, or whoever manages members', async () => {
  for (const [signUp, status] of [
    ['owner-only', 403],
    ['invite', 201],
    ['open', 201],
  ] as const) {
    const own = await startServer({ after }, { config: { signUp } });
    const boss = await own.person('Boss');
    const admin = await joined(own, boss, 'Admin', 'admin');
    const answer = await own.ask('POST', '/app/v1/invitations', {
      cookie: admin.cookie,
      json: { email: 'new@example.com', role: 'viewer' },
    });
    assert.equal(answer.status, status, signUp);
    if (status === 403) assert.equal(answer.json.code, 'sign_up_closed');
  }
});
