import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { vms } from '@instavm/contract';
import { type Ask, startServer, withoutRequestId } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = (await ada.key()).text;
const bobs = (await bob.key()).text;

const create = (json: unknown = {}, ask: Ask = {}, query = '') =>
  server.ask('POST', `/v1/vms${query}`, { key, json, ...ask });
const idsOf = (records: { vm_id: string }[]) => records.map(({ vm_id }) => vm_id);

test('a machine is created, shown, listed and deleted; its record stays in the full list', async () => {
  const made = await create({
    memory_mb: 512,
    vcpu_count: 2,
    metadata: { team: 'a' },
    vm_lifetime_seconds: 60,
  });
  assert.equal(made.status, 201, made.text);
  const vm = made.json;
  assert.deepEqual(vms.create.response.body.parse(vm), vm);
  assert.match(vm.vm_id, /^vm_[0-9A-Za-z]{16}$/);
  assert.deepEqual(
    [vm.status, vm.memory_mb, vm.vcpu_count, vm.isolation, vm.metadata.team, vm.environment],
    ['active', 512, 2, 'none', 'a', null],
  );
  assert.equal(Date.parse(vm.expires_at) - Date.parse(vm.created_at), 60_000);
  assert.deepEqual((await server.ask('GET', `/v1/vms/${vm.vm_id}`, { key })).json, vm);
  assert.ok(idsOf((await server.ask('GET', '/v1/vms', { key })).json).includes(vm.vm_id));
  assert.ok((await server.deps.host.list()).some(({ vmId }) => vmId === vm.vm_id));

  const deleted = await server.ask('DELETE', `/v1/vms/${vm.vm_id}`, { key });
  assert.deepEqual([deleted.status, deleted.json], [200, { vm_id: vm.vm_id, status: 'deleted' }]);
  assert.equal(idsOf((await server.ask('GET', '/v1/vms', { key })).json).includes(vm.vm_id), false);
  assert.ok(idsOf((await server.ask('GET', '/v1/vms/', { key })).json).includes(vm.vm_id));
  const ended = (await server.ask('GET', `/v1/vms/${vm.vm_id}`, { key })).json;
  assert.deepEqual([ended.status, ended.end_reason], ['terminated', 'deleted']);
  assert.equal(
    (await server.deps.host.list()).some(({ vmId }) => vmId === vm.vm_id),
    false,
  );
  const again = await server.ask('DELETE', `/v1/vms/${vm.vm_id}`, { key });
  assert.deepEqual([again.status, again.json], [200, deleted.json]);
  assert.deepEqual(
    (await server.ask('GET', `/v1/vms/${vm.vm_id}`, { key })).json,
    ended,
    'nothing changed by it',
  );
});

test('without a body a machine has the defaults', async () => {
  const { status, json } = await server.ask('POST', '/v1/vms', { key });
  assert.equal(status, 201);
  assert.deepEqual([json.memory_mb, json.vcpu_count, json.metadata], [256, 1, {}]);
  assert.equal(Date.parse(json.expires_at) - Date.parse(json.created_at), 300_000);
});

test('with wait=false the answer comes before the machine runs, and the record tells how it goes', async () => {
  const made = await create({}, {}, '?wait=false');
  assert.deepEqual([made.status, made.json.status, made.json.isolation], [201, 'creating', null]);
  for (;;) {
    const { json } = await server.ask('GET', `/v1/vms/${made.json.vm_id}`, { key });
    assert.ok(['creating', 'active'].includes(json.status));
    if (json.status === 'active') break;
  }
  assert.equal((await create({}, {}, '?wait=perhaps')).status, 422);
});

test('an option that is not built is refused by name, never left out in silence', async () => {
  const before = (await server.ask('GET', '/v1/vms/', { key })).json.length;
  for (const [field, value] of Object.entries({
    snapshot_id: 'snap_1',
    session_id: 'a',
    volumes: [{ mount_path: '/data' }],
    image_variant: 'computer-use',
    vault_ids: ['a'],
    egress_policy: { allow_http: true },
    auto_suspend: true,
    snapshot_on_terminate: true,
  })) {
    const answer = await create({ [field]: value });
    assert.deepEqual([answer.status, answer.json.code], [501, 'not_built'], field);
    assert.ok(answer.json.detail.includes(field), answer.json.detail);
  }
  assert.equal((await server.ask('GET', '/v1/vms/', { key })).json.length, before);
  const nothing = {
    snapshot_id: null,
    volumes: [],
    image_variant: 'standard',
    auto_suspend: false,
    none_such: 1,
  };
  assert.equal((await create(nothing)).status, 201, 'control: the same fields asking for nothing');
});

test('sizes, lifetimes and variables out of range are 422', async () => {
  for (const json of [
    { memory_mb: 127 },
    { memory_mb: 129 },
    { memory_mb: 1e9 },
    { memory_mb: '256' },
    { vcpu_count: 0 },
    { vm_lifetime_seconds: 19 },
    { vm_lifetime_seconds: 86_401 },
    { vm_lifetime_seconds: 60.5 },
    { metadata: { a: 1 } },
    { env: { 'a b': 'x' } },
    { env: { A: 'x\0y' } },
  ]) {
    const answer = await create(json);
    assert.equal(answer.status, 422, JSON.stringify(json));
    assert.equal(answer.json.detail[0].loc[1], Object.keys(json)[0]);
  }
});

test("security: another account's machine, one that never was and an id that is none are the same 404", async () => {
  const vm = (await create()).json.vm_id;
  const reference = withoutRequestId(
    (await server.ask('GET', '/v1/vms/vm_0000000000000000', { key: bobs })).text,
  );
  for (const id of [vm, vm.toLowerCase(), 'x', '1', 'vm_', '..%2f', '9'.repeat(300)]) {
    for (const method of ['GET', 'DELETE']) {
      const answer = await server.ask(method, `/v1/vms/${id}`, { key: bobs });
      assert.equal(answer.status, 404, `${method} ${id}`);
      assert.equal(withoutRequestId(answer.text), reference, `${method} ${id}`);
    }
  }
  assert.equal((await server.ask('GET', `/v1/vms/${vm}`, { key })).json.status, 'active', 'control');
  assert.deepEqual((await server.ask('GET', '/v1/vms/', { key: bobs })).json, []);
});

test('security: a key of an environment sees and ends the machines of that one alone', async () => {
  const testing = (await ada.key({ environment: 'testing' })).text;
  const production = (await ada.key({ environment: 'production' })).text;
  const vm = (await create({}, { key: testing })).json;
  assert.equal(vm.environment, 'testing');
  for (const path of ['/v1/vms', '/v1/vms/']) {
    assert.deepEqual(idsOf((await server.ask('GET', path, { key: testing })).json), [vm.vm_id]);
    assert.deepEqual((await server.ask('GET', path, { key: production })).json, []);
    assert.ok(
      idsOf((await server.ask('GET', path, { key })).json).includes(vm.vm_id),
      'control: a key without one',
    );
  }
  for (const [method, path, json] of [
    ['GET', `/v1/vms/${vm.vm_id}`],
    ['DELETE', `/v1/vms/${vm.vm_id}`],
    ['GET', `/v1/sessions/session/${vm.session_id}`],
    ['POST', '/kill', { session_id: vm.session_id }],
    ['POST', '/execute', { session_id: vm.session_id, command: 'print(1)' }],
  ] as const) {
    const answer = await server.ask(method, path, { key: production, ...(json ? { json } : {}) });
    assert.equal(answer.status, 404, `${method} ${path}`);
  }
  assert.equal((await server.ask('GET', `/v1/vms/${vm.vm_id}`, { key: testing })).json.status, 'active');
});

test('the dashboard makes machines in the name of the person', async () => {
  const { status, json } = await server.ask('POST', '/app/v1/vms', { cookie: ada.cookie, json: {} });
  assert.deepEqual([status, json.api_key_id, json.environment], [201, null, null]);
});

test('a host without room answers 503 with Retry-After and the machine is kept as failed, with the reason', async () => {
  const { capacity } = await server.deps.host.hello();
  const made: string[] = [];
  let refused = await create({ memory_mb: 8192 });
  for (let mb = 8192; refused.status === 201 && mb <= capacity.memoryMb; mb += 8192) {
    made.push(refused.json.vm_id);
    refused = await create({ memory_mb: 8192 });
  }
  assert.deepEqual([refused.status, refused.json.code], [503, 'capacity_full']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  const all = (await server.ask('GET', '/v1/vms/', { key })).json;
  const failed = all.find(({ status }: { status: string }) => status === 'failed');
  assert.match(failed.end_reason, /do not fit/);
  for (const id of made) await server.ask('DELETE', `/v1/vms/${id}`, { key });
});
