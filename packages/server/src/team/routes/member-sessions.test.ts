import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { members } from '@instavm/contract';
import { startServer } from '../../testing/server.ts';
import { invite, joined } from '../../testing/team.ts';

const server = await startServer({ after });
const olga = await server.person('Olga');
const adam = await joined(server, olga, 'Adam', 'admin');
const dora = await joined(server, olga, 'Dora', 'developer');

const path = (personId: number) => `/app/v1/members/${personId}/sessions`;
const list = async (cookie: string, personId: number) => {
  const answer = await server.ask('GET', path(personId), { cookie });
  assert.equal(answer.status, 200, answer.text);
  return members.listSessions.response.body.parse(answer.json);
};
const end = (cookie: string, personId: number) => server.ask('DELETE', path(personId), { cookie });
const works = async (cookie: string) => (await server.ask('GET', '/app/v1/vms', { cookie })).status === 200;
const anew = async (email: string) => {
  // Attempts at passwords are counted by the minute.
  server.world.advance(61_000);
  return server.signIn(email);
};

test('security: an admin sees the sign-ins of a member with place and client, and ends them: the next request is refused', async () => {
  const second = await anew(dora.email);
  const seen = await list(adam.cookie, dora.id);
  assert.equal(seen.length, 2);
  for (const signIn of seen) {
    assert.equal(signIn.address, '127.0.0.1');
    assert.ok(signIn.client);
    assert.ok(signIn.created_at <= signIn.last_seen_at && signIn.last_seen_at < signIn.expires_at);
  }
  assert.deepEqual([await works(dora.cookie), await works(second)], [true, true], 'control');

  const answer = await end(adam.cookie, dora.id);
  assert.deepEqual([answer.status, answer.json], [200, { ended: 2 }]);
  for (const cookie of [dora.cookie, second]) {
    const refused = await server.ask('GET', '/app/v1/vms', { cookie });
    assert.deepEqual([refused.status, refused.json.code], [401, 'session_required']);
  }
  assert.deepEqual(await list(adam.cookie, dora.id), []);
  assert.equal(await works(adam.cookie), true, "control: the admin's own goes on");
  assert.equal(await works(await anew(dora.email)), true, 'control: the password opens it again');
});

test('what is ended leaves an event with how many, and no token of a session is in it or in the list', async () => {
  await anew(dora.email);
  const text = JSON.stringify(await list(adam.cookie, dora.id));
  await end(adam.cookie, dora.id);
  const row = await server.deps.db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', 'member.sessions_ended')
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    [row.account_id, row.actor_type, row.actor_id, row.resource_type, row.resource_id, row.payload],
    [olga.accountId, 'person', String(adam.id), 'member', String(dora.id), '{"ended":2}'],
  );
  for (const { token } of await server.deps.db.selectFrom('person_session').select('token').execute()) {
    assert.equal(text.includes(token) || row.payload.includes(token), false);
  }
});

test('security: nobody sees or ends the sign-ins of somebody above them; an owner does so to all', async () => {
  for (const answer of [
    await server.ask('GET', path(olga.id), { cookie: adam.cookie }),
    await end(adam.cookie, olga.id),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], answer.text);
  }
  assert.equal(await works(olga.cookie), true);
  const viewer = await joined(server, olga, 'Vera', 'viewer');
  const refused = await end(viewer.cookie, dora.id);
  assert.deepEqual([refused.status, refused.json.code], [403, 'permission_denied']);
  const adams = await anew(adam.email);
  assert.equal((await end(olga.cookie, adam.id)).json.ended, 2);
  assert.equal(await works(adams), false);
  assert.deepEqual(
    (await end(olga.cookie, adam.id)).json,
    { ended: 0 },
    'again is no error, and there is nothing left',
  );
});

test('security: sign-ins that work in another account are not seen and not ended, and cannot come over afterwards', async () => {
  const eve = await server.person('Eve');
  const token = await invite(server, olga, eve.email, 'developer');
  server.world.advance(61_000);
  const accepted = await server.ask('POST', '/app/invitations/accept', {
    cookie: eve.cookie,
    json: { token },
  });
  assert.ok(accepted.status < 300, accepted.text);
  const elsewhere = await anew(eve.email);
  const here = await anew(eve.email);
  const goTo = (cookie: string, accountId: number) =>
    server.ask('POST', '/app/accounts/switch', { cookie, json: { account_id: accountId } });
  await goTo(elsewhere, eve.accountId);
  assert.equal((await goTo(here, olga.accountId)).status, 200, 'control');
  const before = await list(olga.cookie, eve.id);
  assert.ok(before.length >= 1);

  assert.equal((await end(olga.cookie, eve.id)).json.ended, before.length);
  assert.deepEqual([await works(here), await works(elsewhere)], [false, true]);
  const shut = await goTo(elsewhere, olga.accountId);
  assert.equal(shut.status, 404, 'a cookie that was in another account meanwhile is no way back');
  const again = await anew(eve.email);
  assert.equal((await goTo(again, olga.accountId)).status, 200, 'control: with the password it is');
  assert.equal(await works(again), true);
});

test('a sign-in that has timed out is not listed', async () => {
  const ida = await joined(server, olga, 'Ida', 'developer');
  assert.equal((await list(olga.cookie, ida.id)).length, 1, 'control');
  await server.ask('PATCH', '/app/v1/account', { cookie: olga.cookie, json: { session_idle_minutes: 5 } });
  server.world.advance(4 * 60_000);
  assert.equal(await works(olga.cookie), true);
  server.world.advance(4 * 60_000);
  assert.deepEqual(await list(olga.cookie, ida.id), []);
});

test('a key does it too, with the right to manage members alone', async () => {
  const owner = await anew(olga.email);
  const ned = await joined(server, { cookie: owner, accountId: olga.accountId }, 'Ned', 'developer');
  const make = async (scopes: string[]) =>
    (await server.ask('POST', '/app/v1/api-keys/', { cookie: owner, json: { scopes } })).json.full_key;
  const ask = (key: string) => server.ask('DELETE', `/v1/members/${ned.id}/sessions`, { key });
  assert.equal((await ask(await make(['members:read']))).status, 403);
  assert.equal(await works(ned.cookie), true);
  assert.deepEqual((await ask(await make(['members:write']))).json, { ended: 1 });
  assert.equal(await works(ned.cookie), false);
});
