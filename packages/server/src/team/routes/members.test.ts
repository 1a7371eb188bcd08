import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Ask, startServer, withoutRequestId } from '../../testing/server.ts';
import { joined, makeKey } from '../../testing/team.ts';

const server = await startServer({ after });
const olga = await server.person('Olga');
const eve = await server.person('Eve');
const full = (await olga.key()).text;

const asOlga = (method: string, path: string, ask: Ask = {}) =>
  server.ask(method, path, { key: full, ...ask });
const use = async (key: string) => {
  const { status, json } = await server.ask('GET', '/v1/vms', { key });
  return status === 200 ? 200 : json.code;
};

let serial = 0;
const newMember = (role: 'owner' | 'admin' | 'developer' | 'viewer') =>
  joined(server, olga, `Member${++serial}`, role);

async function teamKey(role = 'developer') {
  const account = await asOlga('POST', '/v1/service-accounts', { json: { name: `ci ${++serial}`, role } });
  assert.equal(account.status, 201, account.text);
  const key = await makeKey(server, olga.cookie, { service_account_id: account.json.id });
  return { id: account.json.id as number, key };
}

test('abuse case 24: a suspended member is refused at the next request, by key and cookie; the team is not', async () => {
  const ada = await newMember('developer');
  const [own, other] = [await ada.key(), await ada.key({ scopes: ['vms:read'] })];
  const team = await makeKey(server, ada.cookie, {
    service_account_id: (await teamKey()).id,
  });
  assert.deepEqual([await use(own.text), await use(other.text), await use(team.text)], [200, 200, 200]);

  const suspended = await asOlga('POST', `/v1/members/${ada.id}/suspend`);
  assert.deepEqual([suspended.status, suspended.json.status], [200, 'suspended'], suspended.text);
  assert.deepEqual([await use(own.text), await use(other.text)], ['account_suspended', 'account_suspended']);
  const door = await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie });
  assert.deepEqual([door.status, door.json.code], [401, 'account_suspended']);
  assert.equal(await use(team.text), 200, 'control: what belongs to the team goes on');
  assert.equal(await use(full), 200, 'control: so do others');

  const again = await asOlga('POST', `/v1/members/${ada.id}/suspend`);
  assert.equal(again.json.suspended_at, suspended.json.suspended_at, 'again: the same');
  await asOlga('POST', `/v1/members/${ada.id}/resume`);
  assert.deepEqual([await use(own.text), await use(team.text)], [200, 200]);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie })).status, 200);
});

test('abuse case 24: a suspension holds for 200 requests that begin after its answer, and after a restart', async (t) => {
  const own = await startServer(t);
  const boss = await own.person('Boss');
  const ada = await joined(own, boss, 'Ada', 'developer');
  const key = await ada.key();
  const account = await own.ask('POST', '/app/v1/service-accounts', {
    cookie: boss.cookie,
    json: { name: 'ci', role: 'developer' },
  });
  const team = await makeKey(own, boss.cookie, { service_account_id: account.json.id });
  let stopped = false;
  const statuses: number[] = [];
  const hammer = Array.from({ length: 8 }, async () => {
    while (!stopped) statuses.push((await own.ask('GET', '/v1/vms', { key: key.text })).status);
  });
  await own.ask('POST', `/app/v1/members/${ada.id}/suspend`, { cookie: boss.cookie });
  const afterwards = await Promise.all(
    Array.from({ length: 200 }, () => own.ask('GET', '/v1/vms', { key: key.text })),
  );
  stopped = true;
  await Promise.all(hammer);
  assert.deepEqual(new Set(afterwards.map(({ status }) => status)), new Set([401]));
  await own.close();
  const restarted = await startServer(t, { dataDir: own.dataDir, world: own.world });
  const refused = await restarted.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([refused.status, refused.json.code], [401, 'account_suspended']);
  assert.equal((await restarted.ask('GET', '/v1/vms', { key: team.text })).status, 200, 'control');
});

test('abuse case 25: what a role loses, its keys lose at the next request, and win back with it', async () => {
  const ada = await newMember('admin');
  const key = (await ada.key()).text;
  const settings = () => server.ask('PATCH', '/v1/account', { key, json: {} });
  const create = () => server.ask('POST', '/v1/ssh-keys', { key, json: { none: 1 } });
  assert.deepEqual([(await settings()).status, (await create()).status], [200, 422]);
  await asOlga('PATCH', `/v1/members/${ada.id}`, { json: { role: 'developer' } });
  const refused = await settings();
  assert.deepEqual([refused.status, refused.json.code], [403, 'permission_denied']);
  assert.equal((await create()).status, 422, 'control: what the new role has stays');
  await asOlga('PATCH', `/v1/members/${ada.id}`, { json: { role: 'viewer' } });
  assert.equal((await create()).status, 403);
  assert.equal(await use(key), 200, 'control');
  await asOlga('PATCH', `/v1/members/${ada.id}`, { json: { role: 'admin' } });
  assert.equal((await settings()).status, 200);
});

test("abuse case 17: a member of another account and one that never was give the same bytes, as do the team's others", async () => {
  const ada = await newMember('developer');
  const invited = await asOlga('POST', '/v1/invitations', {
    json: { email: 'x@example.com', role: 'viewer' },
  });
  const { id: service } = await teamKey();
  const stranger = (await eve.key()).text;
  const calls: [string, string, unknown?][] = [
    ['PATCH', '/v1/members/ID', { role: 'viewer' }],
    ['POST', '/v1/members/ID/suspend'],
    ['POST', '/v1/members/ID/resume'],
    ['DELETE', '/v1/members/ID?keys=revoke'],
    ['DELETE', '/v1/invitations/ID'],
    ['PATCH', '/v1/service-accounts/ID', { name: 'mine' }],
    ['POST', '/v1/service-accounts/ID/suspend'],
    ['POST', '/v1/service-accounts/ID/resume'],
    ['DELETE', '/v1/service-accounts/ID'],
  ];
  for (const [method, path, json] of calls) {
    const theirs = path.includes('members') ? ada.id : path.includes('invit') ? invited.json.id : service;
    const texts = [];
    for (const id of [theirs, 999_999, 'x', '0']) {
      const answer = await server.ask(method, path.replace('ID', String(id)), {
        key: stranger,
        ...(json ? { json } : {}),
      });
      assert.equal(answer.status, 404, `${method} ${path} ${id} ${answer.text}`);
      texts.push(withoutRequestId(answer.text));
    }
    assert.equal(new Set(texts).size, 1, path);
  }
  const listed = await asOlga('GET', '/v1/members');
  assert.ok(
    listed.json.some(({ person_id }: { person_id: number }) => person_id === ada.id),
    'control',
  );
});

test('abuse case 32: what only the server sets is refused by name, and an unknown role too', async () => {
  const ada = await newMember('viewer');
  for (const json of [
    { role: 'viewer', person_id: 1 },
    { role: 'viewer', suspended_at: null },
    { role: 'root' },
    { role: null },
    {},
  ]) {
    const answer = await asOlga('PATCH', `/v1/members/${ada.id}`, { json });
    assert.equal(answer.status, 422, JSON.stringify(json));
  }
  for (const json of [
    { name: 'a', role: 'developer', created_by: 1 },
    { name: 'a', role: 'owner' },
    { name: '', role: 'viewer' },
    { name: 'a\u0000b', role: 'viewer' },
  ]) {
    assert.equal((await asOlga('POST', '/v1/service-accounts', { json })).status, 422, JSON.stringify(json));
  }
  for (const json of [{ closed_at: null }, { id: 7 }, { key_age_days: 0 }, { max_keys: 1.5 }, { name: '' }]) {
    assert.equal((await asOlga('PATCH', '/v1/account', { json })).status, 422, JSON.stringify(json));
  }
  const keys = await asOlga('DELETE', `/v1/members/${ada.id}?keys=all`);
  assert.deepEqual([keys.status, keys.json.detail[0].loc], [422, ['query', 'keys']]);
});

test('security: nobody touches who stands above them, gives more than they have, or suspends themselves', async () => {
  const admin = await newMember('admin');
  const other = await newMember('developer');
  const byAdmin = (method: string, path: string, json?: unknown) =>
    server.ask(method, path, { cookie: admin.cookie, ...(json ? { json } : {}) });
  for (const answer of [
    await byAdmin('PATCH', `/app/v1/members/${olga.id}`, { role: 'viewer' }),
    await byAdmin('POST', `/app/v1/members/${olga.id}/suspend`),
    await byAdmin('DELETE', `/app/v1/members/${olga.id}?keys=revoke`),
    await byAdmin('PATCH', `/app/v1/members/${other.id}`, { role: 'owner' }),
    await byAdmin('PATCH', `/app/v1/members/${admin.id}`, { role: 'owner' }),
    await byAdmin('POST', `/app/v1/members/${admin.id}/suspend`),
    await byAdmin('POST', '/app/v1/invitations', { email: 'p@example.com', role: 'owner' }),
    await byAdmin('DELETE', '/app/v1/account', { name: 'Olga' }),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], answer.text);
  }
  const raised = await byAdmin('PATCH', `/app/v1/members/${other.id}`, { role: 'admin' });
  assert.equal(raised.status, 200, 'control: their own role they may give');
});

test('security: a key with few scopes gives no role that may do more than the key, nor does one of an environment', async () => {
  const ada = await newMember('viewer');
  const narrow = (await olga.key({ scopes: ['members:*'] })).text;
  const testing = (await olga.key({ environment: 'testing' })).text;
  for (const [method, path, json] of [
    ['PATCH', `/v1/members/${ada.id}`, { role: 'owner' }],
    ['PATCH', `/v1/members/${ada.id}`, { role: 'developer' }],
    ['POST', '/v1/invitations', { email: 'sock@example.com', role: 'owner' }],
    ['POST', '/v1/service-accounts', { name: 'sock', role: 'admin' }],
  ] as const) {
    for (const key of [narrow, testing]) {
      const answer = await server.ask(method, path, { key, json });
      assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], answer.text);
    }
  }
  const suspended = await server.ask('POST', `/v1/members/${ada.id}/suspend`, { key: narrow });
  assert.equal(suspended.status, 200, 'control: what gives nothing it may do');
});

test('an account is never without an owner: the last one cannot go, be lowered or be suspended', async (t) => {
  const own = await startServer(t);
  const first = await own.person('First');
  const ask = (method: string, path: string, cookie: string, json?: unknown) =>
    own.ask(method, `/app${path}`, { cookie, ...(json ? { json } : {}) });
  const second = await joined(own, first, 'Second', 'owner');
  await ask('POST', `/v1/members/${second.id}/suspend`, first.cookie);
  for (const answer of [
    await ask('PATCH', `/v1/members/${first.id}`, first.cookie, { role: 'admin' }),
    await ask('DELETE', `/v1/members/${first.id}?keys=revoke`, first.cookie),
    await ask('POST', '/accounts/leave', first.cookie, { account_id: first.accountId }),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [409, 'last_owner'], answer.text);
  }
  await ask('POST', `/v1/members/${second.id}/resume`, first.cookie);
  const both = await Promise.all([
    ask('PATCH', `/v1/members/${first.id}`, first.cookie, { role: 'admin' }),
    ask('PATCH', `/v1/members/${second.id}`, second.cookie, { role: 'admin' }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409], 'of two at once one stays owner');
});

test('a member with keys goes only with a word on them: revoked, or handed over with nothing added', async () => {
  const ada = await newMember('developer');
  const [a, b] = [await ada.key({ label: 'a of ada' }), await ada.key({ scopes: ['vms:read'] })];
  const undecided = await asOlga('DELETE', `/v1/members/${ada.id}`);
  assert.deepEqual([undecided.status, undecided.json.code], [409, 'member_has_keys']);
  assert.equal(await use(a.text), 200, 'control: nothing was done');
  for (const heir of [`member:${ada.id}`, `member:${eve.id}`, 'member:999999', 'service_account:999999']) {
    const answer = await asOlga('DELETE', `/v1/members/${ada.id}?keys=${heir}`);
    assert.equal(answer.status, 422, heir);
  }
  const gone = await asOlga('DELETE', `/v1/members/${ada.id}?keys=member:${olga.id}`);
  assert.deepEqual(gone.json, {
    person_id: ada.id,
    status: 'removed',
    keys: { revoked: 0, handed_over: 2 },
  });
  assert.deepEqual([await use(a.text), await use(b.text)], [200, 200]);
  const record = (await asOlga('GET', `/v1/api-keys/${a.id}`)).json;
  assert.equal(record.user_id, olga.id);
  const escalated = await server.ask('PATCH', `/v1/members/${olga.id}`, {
    key: a.text,
    json: { role: 'owner' },
  });
  assert.equal(escalated.status, 403, 'whoever left knows the key, and it gained nothing');
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie })).status, 401);
  assert.equal((await asOlga('DELETE', `/v1/members/${ada.id}`)).status, 404, 'again: nobody there');

  const bob = await newMember('developer');
  const mine = await bob.key();
  const team = await makeKey(server, bob.cookie, { service_account_id: (await teamKey()).id });
  const left = await server.ask('POST', '/app/accounts/leave', {
    cookie: bob.cookie,
    json: { account_id: olga.accountId, keys: 'revoke' },
  });
  assert.deepEqual(left.json.keys, { revoked: 1, handed_over: 0 }, left.text);
  assert.deepEqual([await use(mine.text), await use(team.text)], ['key_revoked', 200]);
});

test('keys of a suspended member can go to a service account, and then follow its standing', async () => {
  const ada = await newMember('developer');
  const key = await ada.key();
  await asOlga('POST', `/v1/members/${ada.id}/suspend`);
  const { id } = await teamKey('viewer');
  const gone = await asOlga('DELETE', `/v1/members/${ada.id}?keys=service_account:${id}`);
  assert.equal(gone.json.keys.handed_over, 1, gone.text);
  assert.equal(await use(key.text), 200);
  const refused = await server.ask('POST', '/v1/vms', { key: key.text, json: {} });
  assert.equal(refused.status, 403, 'no more than the service account may do');
  await asOlga('POST', `/v1/service-accounts/${id}/suspend`);
  assert.equal(await use(key.text), 'account_suspended');
});

test('abuse case 23: a service account that is suspended or deleted takes its keys with it', async () => {
  const { id, key } = await teamKey();
  const other = await teamKey();
  await asOlga('POST', `/v1/service-accounts/${id}/suspend`);
  assert.equal(await use(key.text), 'account_suspended');
  await asOlga('POST', `/v1/service-accounts/${id}/resume`);
  assert.equal(await use(key.text), 200);
  const lowered = await asOlga('PATCH', `/v1/service-accounts/${id}`, { json: { role: 'viewer' } });
  assert.equal(lowered.json.role, 'viewer');
  assert.equal((await server.ask('POST', '/v1/ssh-keys', { key: key.text, json: {} })).status, 403);
  const deleted = await asOlga('DELETE', `/v1/service-accounts/${id}`);
  assert.deepEqual(deleted.json, { id, status: 'deleted', keys: { revoked: 1 } });
  assert.deepEqual([await use(key.text), await use(other.key.text)], ['key_revoked', 200]);
  const made = await server.ask('POST', '/v1/api-keys/', { key: full, json: { service_account_id: id } });
  assert.equal(made.status, 422, 'a deleted one gets no key');
});

test('a name is one service account of its account, until that one is deleted', async () => {
  const create = () =>
    asOlga('POST', '/v1/service-accounts', { json: { name: 'deploy', role: 'developer' } });
  const first = await create();
  assert.equal(first.status, 201);
  assert.deepEqual([(await create()).json.code], ['name_taken']);
  const other = (await asOlga('POST', '/v1/service-accounts', { json: { name: 'deploy 2', role: 'viewer' } }))
    .json;
  const renamed = await asOlga('PATCH', `/v1/service-accounts/${other.id}`, { json: { name: 'deploy' } });
  assert.equal(renamed.json.code, 'name_taken');
  await asOlga('DELETE', `/v1/service-accounts/${first.json.id}`);
  assert.equal((await create()).status, 201);
});

test('an account is closed by its name, by an owner: every key of it is refused and its machines end', async (t) => {
  const own = await startServer(t);
  const boss = await own.person('Boss');
  const other = await own.person('Other');
  const otherKey = await other.key();
  const admin = await joined(own, boss, 'Admin', 'admin');
  const keys = [await boss.key(), await admin.key(), await admin.key({ environment: 'testing' })];
  const vm = await own.ask('POST', '/v1/vms', { key: keys[0]!.text, json: {} });
  assert.equal(vm.status, 201, vm.text);
  const close = (cookie: string, json: unknown) => own.ask('DELETE', '/app/v1/account', { cookie, json });
  assert.equal((await close(admin.cookie, { name: 'Boss' })).status, 403);
  assert.equal((await close(boss.cookie, { name: 'boss' })).status, 422);
  assert.equal((await close(boss.cookie, {})).status, 422);
  const closed = await close(boss.cookie, { name: 'Boss' });
  assert.deepEqual([closed.status, closed.json.keys], [200, { revoked: 3 }], closed.text);
  for (const key of keys) {
    const answer = await own.ask('GET', '/v1/vms', { key: key.text });
    assert.deepEqual([answer.status, answer.json.code], [401, 'key_revoked']);
  }
  for (const { cookie } of [boss, admin]) {
    assert.equal((await own.ask('GET', '/app/v1/vms', { cookie })).json.code, 'account_suspended');
  }
  const machine = await own.deps.db
    .selectFrom('vm')
    .select(['ended_at', 'end_reason'])
    .where('id', '=', vm.json.vm_id)
    .executeTakeFirstOrThrow();
  assert.equal(machine.end_reason, 'account_closed');
  assert.equal(
    (await own.ask('GET', '/v1/vms', { key: otherKey.text })).status,
    200,
    'control: others go on',
  );
});

test("abuse case 39: an account lowers its own bound of keys, and cannot raise it above the server's", async (t) => {
  const own = await startServer(t, { config: { maxKeys: 3 } });
  const boss = await own.person('Boss');
  const make = () => own.ask('POST', '/app/v1/api-keys/', { cookie: boss.cookie, json: {} });
  const bound = (max_keys: number | null) =>
    own.ask('PATCH', '/app/v1/account', { cookie: boss.cookie, json: { max_keys } });
  await bound(1);
  assert.deepEqual([(await make()).status, (await make()).json.code], [201, 'key_limit_reached']);
  await bound(1000);
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await make()).status);
  assert.deepEqual(statuses, [201, 201, 409]);
});

test('settings of the account are shown, changed one by one, and in force', async () => {
  const before = (await asOlga('GET', '/v1/account')).json;
  assert.deepEqual(
    [before.id, before.name, before.role, before.key_age_days, before.max_keys],
    [olga.accountId, 'Olga', 'owner', 90, null],
  );
  const changed = await asOlga('PATCH', '/v1/account', { json: { key_age_days: 30, name: 'Team' } });
  assert.deepEqual(
    [changed.json.name, changed.json.key_age_days, changed.json.session_max_hours],
    ['Team', 30, before.session_max_hours],
  );
  assert.equal(server.deps.owners.account(olga.accountId).keyAgeDays, 30);
  await asOlga('PATCH', '/v1/account', { json: { key_age_days: 90, name: 'Olga' } });
});
