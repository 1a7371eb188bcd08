import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findAnomalyOf } from '../testing/anomaly.ts';
import { startServer } from '../testing/server.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.1'] } });
const ada = await server.person('Ada');
const all = await ada.key();
const testing = await ada.key({ environment: 'testing' });
const production = await ada.key({ environment: 'production' });

let serial = 0;

type Maker = (key: string) => Promise<string>;

const vm = async (key: string) => (await server.ask('POST', '/v1/vms', { key, json: {} })).json;

/** Nobody listens there. */
const endpoint = async (key: string) =>
  (await server.ask('POST', '/v1/webhooks/endpoints', { key, json: { url: 'http://127.0.0.1:9/' } })).json;

/** Every kind of thing that belongs to an environment. Whoever adds a kind adds its row. */
const KINDS: {
  kind: string;
  make: Maker;
  get(id: string): [string, string, unknown?];
  list?: string;
  end(id: string): [string, string, unknown?];
}[] = [
  {
    kind: 'machine',
    make: async (key) => (await vm(key)).vm_id,
    get: (id) => ['GET', `/v1/vms/${id}`],
    list: '/v1/vms',
    end: (id) => ['DELETE', `/v1/vms/${id}`],
  },
  {
    kind: 'session',
    make: async (key) => (await vm(key)).session_id,
    get: (id) => ['GET', `/v1/sessions/session/${id}`],
    list: '/v1/sessions/sandboxes',
    end: (id) => ['POST', '/kill', { session_id: id }],
  },
  {
    kind: 'API key',
    make: async (key) => (await server.ask('POST', '/v1/api-keys/', { key, json: {} })).json.id,
    get: (id) => ['GET', `/v1/api-keys/${id}`],
    list: '/v1/api-keys/',
    end: (id) => ['DELETE', `/v1/api-keys/${id}`],
  },
  {
    kind: 'sandbox token',
    make: async (key) => {
      const { vm_id } = await vm(key);
      return `${vm_id}/tokens/${(await server.ask('GET', `/v1/vms/${vm_id}/tokens`, { key })).json[0].id}`;
    },
    get: (id) => ['GET', `/v1/vms/${id.slice(0, id.lastIndexOf('/'))}`],
    end: (id) => ['DELETE', `/v1/vms/${id}`],
  },
  {
    kind: 'anomaly',
    make: async (key) => {
      const made = await server.ask('POST', '/v1/api-keys/', { key, json: {} });
      return findAnomalyOf(server, made.json.id);
    },
    get: (id) => ['GET', `/v1/anomalies/${id}`],
    list: '/v1/anomalies',
    end: (id) => ['POST', `/v1/anomalies/${id}/quiet`, {}],
  },
  {
    kind: 'trust policy',
    make: async (key) =>
      (
        await server.ask('POST', '/v1/trust-policies', {
          key,
          json: {
            ...{ name: `job ${++serial}`, subject: 'job' },
            ...{ issuer: 'https://issuer.example.org', audience: 'here' },
          },
        })
      ).json.id,
    get: (id) => ['GET', `/v1/trust-policies/${id}`],
    list: '/v1/trust-policies',
    end: (id) => ['DELETE', `/v1/trust-policies/${id}`],
  },
  {
    kind: 'webhook endpoint',
    make: async (key) => (await endpoint(key)).id,
    get: (id) => ['GET', `/v1/webhooks/endpoints/${id}`],
    list: '/v1/webhooks/endpoints',
    end: (id) => ['DELETE', `/v1/webhooks/endpoints/${id}`],
  },
  {
    kind: 'webhook delivery',
    make: async (key) =>
      (await server.ask('POST', `/v1/webhooks/endpoints/${(await endpoint(key)).id}/test`, { key })).json.id,
    get: (id) => ['GET', `/v1/webhooks/deliveries/${id}`],
    list: '/v1/webhooks/deliveries',
    end: (id) => ['POST', `/v1/webhooks/deliveries/${id}/replay`],
  },
];

const ask = async (key: string, [method, path, json]: [string, string, unknown?]) =>
  server.ask(method, path, { key, ...(json === undefined ? {} : { json }) });

for (const { kind, make, get, list, end } of KINDS) {
  test(`a key of an environment sees, touches and makes a ${kind} of that environment alone`, async () => {
    const mine = await make(testing.text);
    const others = await make(production.text);
    const nobodys = await make(all.text);
    assert.equal((await ask(testing.text, get(mine))).status, 200, 'control');
    for (const foreign of [others, nobodys]) {
      assert.equal((await ask(testing.text, get(foreign))).status, 404);
      assert.equal((await ask(testing.text, end(foreign))).status, 404);
    }
    if (list) {
      const seen = (await ask(testing.text, ['GET', list])).text;
      assert.ok(seen.includes(mine), 'control: its own is listed');
      assert.equal(seen.includes(`"${others}"`) || seen.includes(`"id":${others},`), false);
    }
    for (const id of [mine, others, nobodys]) assert.equal((await ask(all.text, get(id))).status, 200);
    assert.equal((await ask(testing.text, end(mine))).status, 200);
  });
}

test('a label is unique among the live keys of its environment, and free again once its key has ended', async () => {
  const create = (json: object, key = all.text) => server.ask('POST', '/v1/api-keys/', { key, json });
  const first = await create({ label: 'deploy', environment: 'production' });
  assert.equal(first.status, 201);
  assert.equal((await create({ label: 'deploy', environment: 'testing' })).status, 201);
  assert.equal((await create({ label: 'deploy' })).status, 201);
  const taken = await create({ label: ' deploy ', environment: 'production' });
  assert.deepEqual([taken.status, taken.json.code], [409, 'label_taken']);
  const other = await create({ label: 'other', environment: 'production' });
  const renamed = await server.ask('PATCH', `/v1/api-keys/${other.json.id}`, {
    key: all.text,
    json: { label: 'deploy' },
  });
  assert.equal(renamed.status, 409);
  await server.ask('DELETE', `/v1/api-keys/${first.json.id}`, { key: all.text });
  assert.equal((await create({ label: 'deploy', environment: 'production' })).status, 201);
});

test('of many keys with one label made at once one is made', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      server.ask('POST', '/v1/api-keys/', { key: all.text, json: { label: 'raced' } }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
});

test('a key of an environment does nothing to the account as a whole, and makes no key of another one', async () => {
  const ssh = await server.ask('POST', '/v1/ssh-keys', { key: testing.text, json: { public_key: 'x' } });
  assert.deepEqual([ssh.status, ssh.json.code], [403, 'permission_denied']);
  const made = await server.ask('POST', '/v1/api-keys/', {
    key: testing.text,
    json: { environment: 'production' },
  });
  assert.equal(made.status, 403);
  assert.equal(
    (await server.ask('POST', '/v1/api-keys/', { key: testing.text, json: {} })).json.environment,
    'testing',
  );
});
