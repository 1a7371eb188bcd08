import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const DAY_MS = 86_400_000;

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const full = await ada.key();

const get = (id: number | string, key = full.text) => server.ask('GET', `/v1/api-keys/${id}`, { key });
const use = (key: string) => server.ask('GET', '/v1/vms', { key, headers: { 'user-agent': 'probe/1.0' } });

test("abuse case 17: what never was, what is no id and what is another account's get the same 404", async () => {
  const bobs = await bob.key();
  const reference = await get(999_999);
  assert.equal(reference.status, 404);
  assert.equal(reference.json.code, 'key_not_found');
  for (const id of [
    bobs.id,
    0,
    -1,
    '1.0',
    '01',
    '1e3',
    'abc',
    '%31%20',
    '9'.repeat(15),
    '9'.repeat(400),
    'null',
  ]) {
    for (const [method, json] of [['GET'], ['PATCH', { label: 'x' }], ['DELETE']] as const) {
      const answer = await server.ask(method, `/v1/api-keys/${id}`, {
        key: full.text,
        ...(json ? { json } : {}),
      });
      assert.equal(answer.status, 404, `${method} ${id}`);
      assert.equal(withoutRequestId(answer.text), withoutRequestId(reference.text), `${method} ${id}`);
    }
  }
  assert.equal((await get(bobs.id, bobs.text)).status, 200, 'control: its owner sees it');
  assert.equal((await use(bobs.text)).status, 200, 'control: and it still lives');
});

test('abuse case 17: a list holds the keys of its own account alone', async () => {
  await bob.key({ label: 'of Bob' });
  const { json } = await server.ask('GET', '/v1/api-keys/?status=all', { key: full.text });
  assert.ok(json.length > 0);
  for (const { user_id } of json) assert.equal(user_id, ada.id);
});

test('security: a key of an environment sees the keys of that one alone', async () => {
  const testing = await ada.key({ environment: 'testing' });
  const production = await ada.key({ environment: 'production' });
  const { json } = await server.ask('GET', '/v1/api-keys/', { key: testing.text });
  assert.deepEqual(
    new Set(json.map(({ environment }: { environment: string }) => environment)),
    new Set(['testing']),
  );
  assert.equal((await get(production.id, testing.text)).status, 404);
  assert.equal((await get(testing.id, testing.text)).status, 200);
});

test('the last use is visible at once: when, from where, which client, which route', async () => {
  const key = await ada.key();
  assert.equal((await get(key.id)).json.last_used, null);
  const beforeMs = server.world.now();
  await use(key.text);
  const { last_used } = (await get(key.id)).json;
  assert.ok(Date.parse(last_used.at) >= beforeMs && Date.parse(last_used.at) <= server.world.now());
  assert.deepEqual(
    { ...last_used, at: '' },
    { at: '', address: '127.0.0.1', client: 'probe/1.0', route: 'GET /v1/vms' },
  );
  const listed = await server.ask('GET', '/v1/api-keys/', { key: full.text });
  assert.deepEqual(listed.json.find(({ id }: { id: number }) => id === key.id).last_used, last_used);
  await server.deps.lastUsed.flush(server.deps.db);
  assert.deepEqual((await get(key.id)).json.last_used, last_used, 'the same once it is in the database');
});

test('security: a request that was refused is no use of the key', async () => {
  const key = await ada.key({ scopes: ['keys:read'] });
  assert.equal((await use(key.text)).status, 403);
  assert.equal((await get(key.id)).json.last_used, null);
});

test('abuse case 26: a key is refused from exactly its expiry on and shown as expired', async () => {
  const key = await ada.key({ expires_at: new Date(server.world.now() + DAY_MS).toISOString() });
  assert.equal((await use(key.text)).status, 200);
  server.world.advance(DAY_MS);
  const refused = await use(key.text);
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_expired']);
  assert.equal((await get(key.id)).json.status, 'expired');
  server.world.advance(-DAY_MS);
});

test('a key is refused before its start', async () => {
  const key = await ada.key({ not_before: new Date(server.world.now() + DAY_MS).toISOString() });
  assert.equal((await use(key.text)).json.code, 'key_not_yet_valid');
  server.world.advance(DAY_MS);
  assert.equal((await use(key.text)).status, 200);
  server.world.advance(-DAY_MS);
});

test('a key with an idle expiry lives as long as it is used, and dies when it is not', async () => {
  const [busy, idle] = [await ada.key({ idle_expiry_days: 1 }), await ada.key({ idle_expiry_days: 1 })];
  for (let days = 0; days < 3; days += 0.75) {
    assert.equal((await use(busy.text)).status, 200, `after ${days} days`);
    server.world.advance(0.75 * DAY_MS);
  }
  await server.deps.lastUsed.flush(server.deps.db);
  assert.equal((await get(busy.id)).json.status, 'active');
  assert.equal((await use(idle.text)).json.code, 'key_expired');
  assert.equal((await get(idle.id)).json.status, 'expired');
  server.world.advance(DAY_MS);
  assert.equal((await use(busy.text)).json.code, 'key_expired');
});
