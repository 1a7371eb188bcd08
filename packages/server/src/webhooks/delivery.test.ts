import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { startServer, type TestPerson } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { type Received, startReceiver } from '../testing/webhook-receiver.ts';
import { VERSION } from '../version.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.0/8'] } });
let people = 0;

/** An account of its own with a receiver of its own, so that tests do not hear of one another. */
async function scene(settings: Record<string, unknown> = {}, person?: TestPerson) {
  // Passwords are taken some times a minute.
  server.world.advance(10_000);
  const owner = person ?? (await server.person(`Person${++people}`));
  const key = (await owner.key()).text;
  const receiver = await startReceiver({ after });
  const ask = (method: string, path: string, json?: unknown, as = key) =>
    server.ask(method, path, { key: as, ...(json === undefined ? {} : { json }) });
  const made = await ask('POST', '/v1/webhooks/endpoints', { url: `${receiver.url}/in`, ...settings });
  assert.equal(made.status, 201, made.text);
  const endpoint = made.json;
  const deliveries = async (query = '') =>
    (await ask('GET', `/v1/webhooks/deliveries?endpoint_id=${endpoint.id}${query}`)).json.items;
  const delivery = async (id: string) => (await ask('GET', `/v1/webhooks/deliveries/${id}`)).json;
  const current = async () => (await ask('GET', `/v1/webhooks/endpoints/${endpoint.id}`)).json;
  return { owner, key, receiver, ask, endpoint, deliveries, delivery, current };
}

function isSigned({ headers, body }: Received, secret: string): boolean {
  const [, at = '', digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['instavm-signature'])) ?? [];
  return createHmac('sha256', secret).update(`${at}.${body}`).digest('hex') === digest;
}

test('what happens arrives signed, with its id, and is recorded as delivered', async () => {
  const { owner, key, ask, receiver, endpoint, deliveries, delivery, current } = await scene({
    event_patterns: ['vm.*'],
  });
  const vm = (await ask('POST', '/v1/vms', {})).json;
  const [created] = await receiver.events('vm.created');
  assert.equal(isSigned(created!, endpoint.secret), true);
  assert.equal(isSigned(created!, `${endpoint.secret.slice(0, -1)}!`), false, 'control');
  const { headers, json, path } = created!;
  assert.equal(path, '/in');
  assert.deepEqual(
    [headers['content-type'], headers['user-agent'], headers['instavm-event-id']],
    ['application/json', `InstaVM-Webhooks/${VERSION}`, json.id],
  );
  assert.deepEqual(Object.keys(json), [
    ...['id', 'event_type', 'created_at', 'account_id', 'environment', 'vm_id', 'session_id'],
    ...['resource_type', 'resource_id', 'data'],
  ]);
  assert.deepEqual(
    [json.event_type, json.account_id, json.vm_id, json.resource_type, json.resource_id],
    ['vm.created', owner.accountId, vm.vm_id, 'vm', vm.vm_id],
  );
  const event = (await ask('GET', `/v1/audit/events/${json.id.slice(4)}`)).json;
  assert.deepEqual(
    [event.event_type, event.created_at],
    ['vm.created', json.created_at],
    'the event is that of the trail',
  );
  const id = String(headers['instavm-delivery-id']);
  await until(async () => (await delivery(id)).status === 'succeeded');
  const { payload, attempts, ...record } = await delivery(id);
  assert.deepEqual(payload, json);
  assert.deepEqual([attempts.length, attempts[0].status_code, attempts[0].error], [1, 200, null]);
  assert.deepEqual((await deliveries()).at(-1), record);
  assert.deepEqual([record.event_id, record.attempt_count, record.next_attempt_at], [json.id, 1, null]);
  assert.equal((await current()).last_delivery_at, record.delivered_at);
  assert.equal(created!.body.includes(key.slice(23, 55)), false);
});

test('abuse case 43: no delivery holds a key, whatever happened to it', async () => {
  const { ask, receiver } = await scene();
  const made = (await ask('POST', '/v1/api-keys/', { label: 'ci' })).json;
  const next = (await ask('POST', `/v1/api-keys/${made.id}/rotate`, {})).json;
  await ask('POST', `/v1/api-keys/${made.id}/disable`);
  await server.ask('POST', '/v1/api-keys/report-leak', { json: { key: next.full_key } });
  await receiver.events('api_key.leaked');
  await receiver.events('api_key.disabled');
  const wire = receiver.received.map(({ body, headers }) => body + JSON.stringify(headers)).join();
  assert.ok(wire.includes(`"${made.id}"`), 'control');
  for (const { full_key } of [made, next]) assert.equal(wire.includes(full_key.slice(23, 55)), false);
});

test('an endpoint gets what its patterns ask for, of its environment, from its making on', async () => {
  const all = await scene();
  const testing = await all.owner.key({ environment: 'testing' });
  const production = await all.owner.key({ environment: 'production' });
  const narrow = await startReceiver({ after });
  await all.ask(
    'POST',
    '/v1/webhooks/endpoints',
    { url: narrow.url, event_patterns: ['api_key.created'] },
    testing.text,
  );
  for (const { text } of [testing, production]) {
    await all.ask('POST', '/v1/api-keys/', { label: 'one' }, text);
    await all.ask('POST', '/v1/vms', {}, text);
  }
  await all.receiver.events('vm.created', 2);
  const keys = await all.receiver.events('api_key.created', 4);
  assert.deepEqual(
    keys.map(({ json }) => json.environment),
    ['testing', 'production', 'testing', 'production'],
  );
  const [mine] = await narrow.events('api_key.created');
  assert.equal(mine!.json.environment, 'testing');
  assert.equal(mine!.json.id, keys[2]!.json.id, 'the same event has the same id for all');
  assert.equal(narrow.received.length, 1);
});

test('a delivery that fails comes again within ten seconds, then ever later, and says why', async () => {
  const { receiver, ask, deliveries, delivery, current } = await scene({
    event_patterns: ['ssh_key.*', 'vm.created'],
  });
  const answers = [500, 302, 429, 200];
  receiver.behave = (_received, response) => {
    const status = answers.shift()!;
    response
      .writeHead(status, status === 429 ? { 'retry-after': '300' } : { location: 'http://127.0.0.1:1/' })
      .end('secret');
  };
  await ask('POST', '/v1/vms', {});
  const waits = [];
  for (let attempts = 1; attempts <= 3; attempts++) {
    await until(async () => (await deliveries())[0]?.attempt_count === attempts);
    const [{ status, next_attempt_at }] = await deliveries();
    assert.equal(status, 'failed');
    const wait = Date.parse(next_attempt_at) - server.world.now();
    waits.push(wait);
    server.world.advance(wait);
  }
  assert.ok(waits[0]! < 10_000 && waits[1]! < 60_000, String(waits));
  assert.ok(waits[2]! > 290_000, 'it asked for five minutes');
  await until(async () => (await deliveries())[0].status === 'succeeded');
  const { attempts, id } = await delivery((await deliveries())[0].id);
  assert.deepEqual(
    attempts.map(({ status_code, error }: { status_code: number; error: string }) => [status_code, error]),
    [
      [500, 'It answered 500.'],
      [302, 'It answered 302; redirects are not followed.'],
      [429, 'It answered 429.'],
      [200, null],
    ],
  );
  assert.deepEqual(
    [
      ...new Set(
        receiver.received.map(({ json, headers }) => [json.id, headers['instavm-delivery-id']].join()),
      ),
    ].length,
    1,
  );
  assert.equal(receiver.received[0]!.headers['instavm-delivery-id'], id);
  assert.equal((await current()).last_failure, null);
});

test('after its last retry a delivery is dead, can be replayed, and the event keeps its id', async () => {
  const { receiver, ask, deliveries, delivery, current } = await scene({
    event_patterns: ['api_key.created'],
    max_retries: 1,
  });
  receiver.behave = (_received, response) => response.writeHead(503).end();
  await ask('POST', '/v1/api-keys/', {});
  await until(async () => (await deliveries())[0]?.status === 'failed');
  server.world.advance(10_000);
  await until(async () => (await deliveries())[0].status === 'dead');
  const [dead] = await deliveries('&status=dead');
  assert.deepEqual([dead.attempt_count, dead.next_attempt_at, dead.last_status_code], [2, null, 503]);
  assert.equal((await current()).last_failure, 'It answered 503.');
  receiver.behave = (_received, response) => response.end();
  const replayed = await ask('POST', `/v1/webhooks/deliveries/${dead.id}/replay`);
  assert.deepEqual(
    [replayed.status, replayed.json.replay_of, replayed.json.event_id, replayed.json.status],
    [200, dead.id, dead.event_id, 'pending'],
  );
  await until(async () => (await delivery(replayed.json.id)).status === 'succeeded');
  const arrived = receiver.received.at(-1)!;
  assert.deepEqual(
    [arrived.json.id, arrived.headers['instavm-delivery-id']],
    [dead.event_id, replayed.json.id],
  );
  assert.equal(arrived.body, receiver.received[0]!.body);
  assert.equal((await delivery(dead.id)).status, 'dead', 'the first one stays what it was');
});

test('what concerns one machine arrives in its order: a later event waits for an earlier one, other events do not', async () => {
  const { receiver, ask, deliveries } = await scene({
    event_patterns: ['vm.*', 'session.*', 'ssh_key.added'],
    max_retries: 1,
  });
  let isBroken = true;
  receiver.behave = ({ json }, response) =>
    response.writeHead(isBroken && json.event_type === 'vm.created' ? 500 : 200).end();
  const vm = (await ask('POST', '/v1/vms', {})).json;
  await ask('DELETE', `/v1/vms/${vm.vm_id}`);
  await until(async () => (await deliveries('&event_type=vm.created'))[0]?.status === 'failed');
  const other = (await ask('POST', '/v1/vms', {})).json;
  await ask('POST', `/v1/ssh-keys`, {
    public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF',
  });
  await receiver.events('ssh_key.added');
  await receiver.events('vm.created', 2);
  const [waiting] = await deliveries('&event_type=vm.terminated');
  assert.deepEqual([waiting.status, waiting.attempt_count, waiting.next_attempt_at], ['pending', 0, null]);
  isBroken = false;
  server.world.advance(10_000);
  await until(async () =>
    (await deliveries()).every(({ status }: { status: string }) => status === 'succeeded'),
  );
  const order = receiver.received
    .filter(({ json }) => json.vm_id === vm.vm_id)
    .map(({ json }) => json.event_type);
  assert.deepEqual(order.slice(0, 2), ['vm.created', 'vm.created'], 'the first one came twice');
  const trail = (await ask('GET', `/v1/audit/events?vm_id=${vm.vm_id}`)).json.items.toReversed();
  assert.deepEqual(
    order.slice(1),
    trail
      .map(({ event_type }: { event_type: string }) => event_type)
      .filter((type: string) => /^(vm|session)\./.test(type)),
  );
  assert.ok(order.length > 2, 'control: something came behind it');
  assert.ok(receiver.received.some(({ json }) => json.vm_id === other.vm_id));
});

test('a machine waits for no event that is dead', async () => {
  const { receiver, ask, deliveries } = await scene({ event_patterns: ['vm.*'], max_retries: 0 });
  receiver.behave = ({ json }, response) =>
    response.writeHead(json.event_type === 'vm.created' ? 400 : 200).end();
  const vm = (await ask('POST', '/v1/vms', {})).json;
  await ask('DELETE', `/v1/vms/${vm.vm_id}`);
  await receiver.events('vm.terminated');
  assert.deepEqual(
    (await deliveries('&status=dead')).map(({ event_type }: { event_type: string }) => event_type),
    ['vm.created'],
  );
});

test('a new secret signs from the next attempt on, retries included', async () => {
  const { receiver, ask, endpoint, deliveries } = await scene({ event_patterns: ['api_key.created'] });
  receiver.behave = (_received, response) =>
    response.writeHead(receiver.received.length === 1 ? 500 : 200).end();
  await ask('POST', '/v1/api-keys/', {});
  await until(async () => (await deliveries())[0]?.status === 'failed');
  const { secret } = (await ask('POST', `/v1/webhooks/endpoints/${endpoint.id}/rotate-secret`)).json;
  server.world.advance(10_000);
  await until(async () => (await deliveries())[0].status === 'succeeded');
  const [first, second] = receiver.received;
  assert.deepEqual([isSigned(first!, endpoint.secret), isSigned(second!, endpoint.secret)], [true, false]);
  assert.deepEqual([isSigned(first!, secret), isSigned(second!, secret)], [false, true]);
});

test('a test event goes to one endpoint at once, whatever its patterns, and to no other', async () => {
  const { owner, receiver, ask, endpoint, delivery } = await scene({ event_patterns: ['snapshot.*'] });
  const other = await scene({ event_patterns: ['snapshot.*', 'webhook.*'] }, owner);
  const sent = await ask('POST', `/v1/webhooks/endpoints/${endpoint.id}/test`);
  assert.deepEqual(
    [sent.status, sent.json.event_type, sent.json.endpoint_id],
    [200, 'webhook.test', endpoint.id],
  );
  const [arrived] = await receiver.events('webhook.test');
  assert.equal(isSigned(arrived!, endpoint.secret), true);
  assert.equal(arrived!.json.id, sent.json.event_id);
  await until(async () => (await delivery(sent.json.id)).status === 'succeeded');
  assert.deepEqual([receiver.received.length, other.receiver.received.length], [1, 0]);
});

test('a receiver that is gone is left alone, and what waits for it can be replayed once it is switched on again', async () => {
  const { receiver, ask, endpoint, deliveries, current } = await scene({
    event_patterns: ['api_key.created'],
  });
  receiver.behave = (_received, response) => response.writeHead(410).end();
  await ask('POST', '/v1/api-keys/', {});
  await until(async () => (await current()).enabled === false);
  assert.match((await current()).disabled_reason, /410/);
  const [dead] = await deliveries();
  assert.equal(dead.status, 'dead');
  const events = await ask('GET', '/v1/audit/events?event_type=webhook_endpoint.disabled');
  assert.deepEqual(
    [events.json.items[0].resource_id, events.json.items[0].actor_type],
    [endpoint.id, 'system'],
  );
  for (const path of [`deliveries/${dead.id}/replay`, `endpoints/${endpoint.id}/test`]) {
    const refused = await ask('POST', `/v1/webhooks/${path}`);
    assert.deepEqual([refused.status, refused.json.code], [409, 'webhook_endpoint_disabled'], path);
  }
  receiver.behave = (_received, response) => response.end();
  await ask('PATCH', `/v1/webhooks/endpoints/${endpoint.id}`, { enabled: true });
  assert.equal((await ask('POST', `/v1/webhooks/deliveries/${dead.id}/replay`)).status, 200);
  await until(() => receiver.received.length === 2);
});

test('what waits for an endpoint that is switched off goes on once it is switched on, what happens meanwhile is not kept', async () => {
  const { receiver, ask, endpoint, deliveries } = await scene({ event_patterns: ['api_key.created'] });
  receiver.behave = (_received, response) => response.writeHead(500).end();
  await ask('POST', '/v1/api-keys/', {});
  await until(async () => (await deliveries())[0]?.status === 'failed');
  await ask('PATCH', `/v1/webhooks/endpoints/${endpoint.id}`, { enabled: false });
  receiver.behave = (_received, response) => response.end();
  await ask('POST', '/v1/api-keys/', {});
  server.world.advance(60_000);
  await until(async () => (await readerPlace()) === (await newestEvent()));
  assert.deepEqual([receiver.received.length, (await deliveries()).length], [1, 1]);
  await ask('PATCH', `/v1/webhooks/endpoints/${endpoint.id}`, { enabled: true });
  await until(() => receiver.received.length === 2);
  assert.equal((await deliveries()).length, 1);
});

test('an endpoint that nothing reaches for days is switched off, with the reason', async () => {
  const { receiver, ask, current, endpoint } = await scene({ event_patterns: ['api_key.created'] });
  receiver.behave = (_received, response) => response.writeHead(500).end();
  for (let n = 0; n < 21; n++) await ask('POST', '/v1/api-keys/', {});
  await until(() => receiver.received.length >= 21);
  assert.equal((await current()).enabled, true);
  server.world.advance(5 * 24 * 3_600_000);
  await until(async () => (await current()).enabled === false);
  const { disabled_reason, status, id } = await current();
  assert.deepEqual([status, id], ['disabled', endpoint.id]);
  assert.match(disabled_reason, /^Nothing has reached it since .*, in \d+ attempts\.$/);
});

test('a receiver that hangs holds up no other endpoint and no request', async () => {
  const slow = await scene({ event_patterns: ['api_key.created'], timeout_seconds: 30 });
  slow.receiver.behave = () => {};
  const quick = await scene({ event_patterns: ['api_key.created'] }, slow.owner);
  for (let n = 0; n < 100; n++) await slow.ask('POST', '/v1/api-keys/', {});
  await quick.receiver.events('api_key.created', 100);
  assert.ok(
    slow.receiver.received.length <= 8,
    `${slow.receiver.received.length} attempts under way at one endpoint`,
  );
  await slow.ask('DELETE', `/v1/webhooks/endpoints/${slow.endpoint.id}`);
  const left = await slow.deliveries('&limit=200');
  assert.ok(
    left.every(
      ({ status, last_error }: Record<string, string>) => status === 'dead' && /deleted/.test(last_error!),
    ),
  );
});

test('many receivers that hang hold up no other one of the same account', async () => {
  const { receiver, ask } = await scene({ event_patterns: ['ssh_key.added'] });
  receiver.behave = ({ path }, response) => void (path.startsWith('/slow') || response.end());
  const settings = { event_patterns: ['api_key.created'], timeout_seconds: 30 };
  for (let n = 0; n < 24; n++) {
    await ask('POST', '/v1/webhooks/endpoints', { url: `${receiver.url}/slow/${n}`, ...settings });
  }
  await ask('POST', '/v1/webhooks/endpoints', { url: `${receiver.url}/quick`, ...settings });
  for (let n = 0; n < 12; n++) await ask('POST', '/v1/api-keys/', {});
  await until(() => receiver.received.filter(({ path }) => path === '/quick').length === 12);
  const slow = receiver.received.filter(({ path }) => path.startsWith('/slow')).length;
  assert.ok(slow >= 24 && slow <= 128 + 24 * 4, `control: ${slow} attempts hang`);
});

test('an endpoint whose secret cannot be opened any more says so, and a new secret mends it', async () => {
  const { receiver, ask, endpoint, deliveries, current } = await scene({
    event_patterns: ['api_key.created'],
  });
  await server.deps.db
    .updateTable('webhook_endpoint')
    .set({ secret: new Uint8Array(60) })
    .where('id', '=', endpoint.id)
    .execute();
  await ask('POST', '/v1/api-keys/', {});
  await until(async () => (await deliveries())[0]?.status === 'failed');
  assert.match((await current()).last_failure, /rotate it/);
  const { secret } = (await ask('POST', `/v1/webhooks/endpoints/${endpoint.id}/rotate-secret`)).json;
  server.world.advance(10_000);
  const [arrived] = await receiver.events('api_key.created');
  assert.equal(isSigned(arrived!, secret), true);
});

test('deliveries are listed newest first, by pages, and by endpoint, status and kind', async () => {
  const { owner, key, receiver, ask, endpoint, deliveries } = await scene({
    event_patterns: ['api_key.created', 'vm.created'],
  });
  for (let n = 0; n < 5; n++) await ask('POST', '/v1/api-keys/', {});
  await ask('POST', '/v1/vms', {});
  await receiver.events('vm.created');
  await receiver.events('api_key.created', 5);
  const all = await deliveries();
  assert.equal(all.length, 6);
  assert.equal(all[0].event_type, 'vm.created');
  const pages = [];
  let cursor = '';
  do {
    const page: { items: { id: string }[]; next_cursor: string | null } = (
      await ask('GET', `/v1/webhooks/deliveries?limit=4${cursor}`)
    ).json;
    pages.push(page.items.map(({ id }) => id));
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
  } while (cursor);
  assert.deepEqual(
    pages.flat(),
    all.map(({ id }: { id: string }) => id),
  );
  assert.deepEqual([pages.length, pages[0]!.length], [2, 4]);
  assert.equal((await deliveries('&event_type=vm.created')).length, 1);
  assert.equal((await deliveries('&status=dead')).length, 0);
  for (const query of ['cursor=x', 'limit=0', 'limit=201', 'status=late']) {
    assert.equal((await ask('GET', `/v1/webhooks/deliveries?${query}`)).status, 422, query);
  }
  const stranger = await server.person('Stranger');
  const strangers = (await stranger.key()).text;
  const production = (await owner.key({ environment: 'production' })).text;
  for (const as of [strangers, production]) {
    assert.deepEqual((await ask('GET', '/v1/webhooks/deliveries', undefined, as)).json.items, []);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/replay'],
    ] as const) {
      const answer = await ask(method, `/v1/webhooks/deliveries/${all[0].id}${path}`, undefined, as);
      assert.deepEqual([answer.status, answer.json.code], [404, 'webhook_delivery_not_found']);
    }
  }
  assert.equal(
    (await ask('GET', `/v1/webhooks/deliveries/${all[0].id}`, undefined, key)).json.endpoint_id,
    endpoint.id,
  );
});

async function readerPlace(): Promise<number> {
  const { db } = server.deps;
  const row = await db
    .selectFrom('event_reader')
    .select('seq')
    .where('name', '=', 'webhooks')
    .executeTakeFirstOrThrow();
  return row.seq;
}

async function newestEvent(): Promise<number> {
  return (await server.deps.db.selectFrom('feed_head').select('seq').executeTakeFirstOrThrow()).seq;
}
