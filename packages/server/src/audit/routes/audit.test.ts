import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { AUDIT_EVENT_TYPES, AUDIT_EVENTS } from '@instavm/contract';
import { checksum, mintKey } from '@instavm/keyformat';
import { dropTriggers, writeEvents } from '../../testing/audit-trail.ts';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const server = await startServer({ after });
const { deps } = server;
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const adasKey = await ada.key({ label: 'ci' });
const bobsKey = await bob.key();
const get = (path: string, key = adasKey.text) => server.ask('GET', `/v1/audit${path}`, { key });
const vm = (await server.ask('POST', '/v1/vms', { key: adasKey.text, json: { vm_lifetime_seconds: 86_400 } }))
  .json;
await server.ask('DELETE', `/v1/vms/${vm.vm_id}`, { key: adasKey.text });

/** Ada signed in as well, which is not what these tests are about. */
const withoutSignIns = (types: string[]) => types.filter((type) => type !== 'auth.signed_in');

interface Event {
  id: number;
  account_id: number;
  event_type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into fields of every kind
  [field: string]: any;
}

async function everyEvent(query = '', key = adasKey.text): Promise<Event[]> {
  const items: Event[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: Event[]; next_cursor: string | null } = (
      await get(`/events?limit=2${query}${cursor && `&cursor=${cursor}`}`, key)
    ).json;
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

test('the catalog names each group with its types, and each type in words', async () => {
  const { json } = await get('/catalog');
  assert.deepEqual(Object.keys(json.catalog), Object.keys(AUDIT_EVENTS));
  assert.deepEqual(Object.values(json.catalog).flat(), AUDIT_EVENT_TYPES);
  assert.deepEqual(Object.keys(json.descriptions), AUDIT_EVENT_TYPES);
});

test('events come newest first, in pages that neither repeat nor leave out one', async () => {
  const all = (await get('/events?limit=200')).json;
  assert.equal(all.next_cursor, null);
  assert.deepEqual(withoutSignIns(all.items.map(({ event_type }: Event) => event_type)), [
    'session.ended',
    'vm.terminated',
    'sandbox_token.created',
    'session.started',
    'vm.created',
    'api_key.created',
    'person.created',
  ]);
  assert.deepEqual(await everyEvent(), all.items);
  assert.deepEqual((await get('/events')).json, all);
});

test('an event has the published fields, and ours', async () => {
  const [terminated] = (await get('/events?limit=1&event_type=vm.terminated')).json.items as [Event];
  const { json } = await get(`/events/${terminated.id}`);
  assert.deepEqual(json, terminated);
  const { created_at, prev_hash, account_prev_hash, hash, request_id, ...rest } = json;
  assert.deepEqual(rest, {
    id: terminated.id,
    account_id: ada.accountId,
    environment: null,
    event_group: 'vm',
    event_type: 'vm.terminated',
    status: 'success',
    actor_type: 'api_key',
    actor_id: String(adasKey.id),
    user_id: ada.id,
    resource_type: 'vm',
    resource_id: vm.vm_id,
    vm_id: vm.vm_id,
    session_id: vm.session_id,
    address: '127.0.0.1',
    error_message: null,
    event_payload: rest.event_payload,
  });
  assert.match(`${prev_hash} ${account_prev_hash} ${hash}`, /^([0-9a-f]{64} ?){3}$/);
  assert.match(request_id, /^req_/);
  assert.ok(Math.abs(Date.parse(created_at) - server.world.now()) < 600_000);
});

test('filters choose by each field, alone and together', async () => {
  const typesOf = async (query: string) =>
    withoutSignIns((await everyEvent(query)).map(({ event_type }) => event_type));
  assert.deepEqual(await typesOf('&event_group=vm'), ['vm.terminated', 'vm.created']);
  assert.deepEqual(await typesOf('&event_type=api_key.created'), ['api_key.created']);
  const ofMachine = [
    'session.ended',
    'vm.terminated',
    'sandbox_token.created',
    'session.started',
    'vm.created',
  ];
  assert.deepEqual(await typesOf(`&vm_id=${vm.vm_id}`), ofMachine);
  assert.deepEqual(await typesOf(`&session_id=${vm.session_id}&event_type=vm.created`), ['vm.created']);
  assert.deepEqual(await typesOf(`&user_id=${ada.id}`), [...ofMachine, 'api_key.created']);
  assert.deepEqual(await typesOf(`&user_id=${bob.id}`), []);
  assert.deepEqual(await typesOf('&status=denied'), []);
  assert.equal((await typesOf('&status=success')).length, 7);
  assert.deepEqual(await typesOf('&vm_id=vm_none'), []);
});

test('a filter that is no word of the API is 422, and says what was meant', async () => {
  for (const [query, said] of [
    ['event_type=api_key.create', /did you mean api_key\.created/],
    ['event_group=vms', /did you mean vm\?/],
    ['status=failed', /is no status/],
    ['user_id=x', /is not an id/],
    ['cursor=abc', /is not an id/],
    ['limit=0', /less than 1/],
    ['limit=201', /more than 200/],
    ['limit=-1', /is not a number/],
    ['limit=1e2', /is not a number/],
  ] as const) {
    const { status, text } = await get(`/events?${query}`);
    assert.equal(status, 422, query);
    assert.match(text, said);
  }
});

test('security: events of another account are neither listed, exported nor shown', async () => {
  const mine = await everyEvent();
  const his = await everyEvent('', bobsKey.text);
  assert.ok(mine.length > 0 && his.length > 0);
  assert.ok(mine.every(({ account_id }) => account_id === ada.accountId));
  assert.ok(his.every(({ account_id }) => account_id === bob.accountId));
  assert.deepEqual(await everyEvent(`&vm_id=${vm.vm_id}`, bobsKey.text), []);
  const exported = (await get('/export', bobsKey.text)).text.trimEnd().split('\n');
  assert.deepEqual(exported.map((line) => JSON.parse(line)).reverse(), his);
  const [foreign, absent, impossible] = [
    await get(`/events/${mine[0]!.id}`, bobsKey.text),
    await get('/events/999999', bobsKey.text),
    await get('/events/0x1', bobsKey.text),
  ];
  assert.equal((await get(`/events/${mine[0]!.id}`)).status, 200);
  assert.deepEqual([foreign.status, foreign.json.code], [404, 'audit_event_not_found']);
  assert.equal(withoutRequestId(foreign.text), withoutRequestId(absent.text));
  assert.equal(withoutRequestId(impossible.text), withoutRequestId(absent.text));
});

test('security: reading the trail needs audit:read', async () => {
  const without = await ada.key({ scopes: ['vms:read'] });
  const reader = await ada.key({ scopes: ['audit:read'] });
  for (const path of ['/catalog', '/events', '/events/1', '/verify', '/export']) {
    assert.equal((await get(path, without.text)).status, 403, path);
    assert.equal((await get(path, reader.text)).status, 200, path);
  }
});

test('an export holds every event, oldest first, as JSON Lines and as CSV', async () => {
  const events = (await everyEvent()).reverse();
  const jsonl = await get('/export');
  assert.match(jsonl.headers.get('content-type')!, /^application\/x-ndjson/);
  assert.match(jsonl.headers.get('content-disposition')!, /attachment; filename="instavm-audit\.jsonl"/);
  const lines = jsonl.text.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    events,
  );
  const csv = await get('/export?format=csv');
  assert.match(csv.headers.get('content-type')!, /^text\/csv/);
  const [head, ...rows] = csv.text.trimEnd().split('\r\n');
  assert.deepEqual(head!.split(','), Object.keys(events[0]!));
  assert.equal(rows.length, events.length);
  const filtered = await get(`/export?event_group=vm&format=csv`);
  assert.equal(filtered.text.trimEnd().split('\r\n').length, 3);
  assert.equal((await get('/export?format=xml')).status, 422);
});

test('abuse case 39: what an event holds cannot become a formula in an exported table', async () => {
  const texts = { resourceId: '=cmd()', vmId: '@SUM(1)', sessionId: '\t=1', errorMessage: '+1, "a"' };
  await writeEvents(deps.db, [{ accountId: ada.accountId, ...texts, payload: { note: '=1' } }]);
  const { text } = await get('/export?format=csv');
  for (const cell of ["'=cmd()", "'@SUM(1)", "'\t=1", `"'+1, ""a"""`]) {
    assert.ok(text.includes(`,${cell},`), cell);
  }
  assert.doesNotMatch(text, /(^|,|\r\n)"?[=+\-@\t\r]/);
});

test('abuse case 43: list, show and export of the trail hold no key, though its making is there', async () => {
  const made = await ada.key({ label: 'canary' });
  await server.ask('POST', '/v1/api-keys/', { key: made.text, json: { nonsense: made.text } });
  await get('/events', `${made.text.slice(0, -1)}~`);
  await deps.refusals.flush(deps.db, deps.now());
  const texts = await Promise.all(
    ['/events?limit=200', '/export', '/export?format=csv', '/catalog', '/verify'].map(
      async (path) => (await get(path)).text,
    ),
  );
  for (const text of texts) {
    assert.equal(text.includes(made.secret), false);
    assert.equal(text.includes(made.text), false);
  }
  assert.ok(texts[0]!.includes(`"resource_id":"${made.id}"`));
});

test('refused requests are in the trail of the account whose key was sent, and nobody finds those of unknown keys', async () => {
  const reader = await ada.key({ scopes: ['vms:read'] });
  await server.ask('POST', '/v1/api-keys/', { key: reader.text, json: {} });
  await server.ask('GET', '/v1/vms', {
    key: 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa',
  });
  await server.ask('GET', '/v1/vms');
  await deps.refusals.flush(deps.db, deps.now());
  const [refused] = await everyEvent('&event_type=auth.refused');
  assert.deepEqual(
    [refused?.status, refused?.resource_id, refused?.actor_id, refused?.error_message],
    ['denied', String(reader.id), String(reader.id), 'Permission denied'],
  );
  const payload = refused!.event_payload as Record<string, unknown>;
  assert.deepEqual([payload.code, payload.operation], ['permission_denied', 'apiKeys.create']);
  const ofServer = await deps.db
    .selectFrom('audit_event')
    .select('payload')
    .where('account_id', '=', 0)
    .where('payload', 'like', '%vms.list%')
    .execute();
  assert.equal(ofServer.length, 1);
  assert.match(ofServer[0]!.payload, /"count":2/);
  for (const person of [ada, bob]) {
    const key = await person.key();
    assert.ok((await everyEvent('', key.text)).every(({ account_id }) => account_id === person.accountId));
  }
});

test('a wrong secret and a dead key are told to the owner of the key, as what they are', async () => {
  const victim = await ada.key();
  await server.ask('GET', '/v1/vms', { key: wrongSecret(victim.text) });
  await server.ask('DELETE', `/v1/api-keys/${victim.id}`, { key: adasKey.text });
  await server.ask('GET', '/v1/vms', { key: victim.text });
  await deps.refusals.flush(deps.db, deps.now());
  const rows = (await everyEvent('&event_type=auth.refused')).filter(
    ({ resource_id }) => resource_id === String(victim.id),
  );
  assert.deepEqual(
    rows
      .map(({ actor_type, event_payload }) => [actor_type, (event_payload as { code: string }).code])
      .toSorted(),
    [
      ['api_key', 'key_revoked'],
      ['unknown', 'invalid_api_key'],
    ],
  );
});

test('verify checks the chain of the account, names the first bad event, and knows a head that was noted', async () => {
  const before = (await get('/verify')).json;
  assert.deepEqual([before.ok, before.rows], [true, (await everyEvent()).length]);
  assert.equal((await get(`/verify?known_head=${before.head}`)).json.ok, true);
  assert.equal((await get('/verify?known_head=1')).status, 422);
  const forged = before.head.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'));
  assert.equal((await get(`/verify?known_head=${forged}`)).json.first_bad.fault, 'known_head_missing');
  const [, mine] = await everyEvent();
  await dropTriggers(deps.db);
  await deps.db.updateTable('audit_event').set({ actor_id: 'x' }).where('seq', '=', mine!.id).execute();
  const bad = (await get('/verify')).json;
  assert.deepEqual([bad.ok, bad.first_bad.id, bad.first_bad.fault], [false, mine!.id, 'changed']);
  assert.equal((await get('/verify', bobsKey.text)).json.ok, true);
});

/** The same id, another secret, a right checksum. */
function wrongSecret(text: string): string {
  const body = text.slice(0, 23) + mintKey(deps.randomBytes).slice(23, 55);
  return body + checksum(body);
}
