import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { reconcile, sweepExpired } from './reconcile.ts';

const server = await startServer({ after });
const key = (await (await server.person('Ada')).key()).text;
const { deps, world } = server;

const make = async (json: Record<string, unknown> = {}) =>
  (await server.ask('POST', '/v1/vms', { key, json })).json;
const show = async (id: string) => (await server.ask('GET', `/v1/vms/${id}`, { key })).json;
const running = async () => (await deps.host.list()).map(({ vmId }) => vmId);

test('a machine is ended by the sweep at the end of its lifetime, and its session with it', async () => {
  const [short, long] = [await make({ vm_lifetime_seconds: 30 }), await make({ vm_lifetime_seconds: 3000 })];
  world.advance(29_000);
  await sweepExpired(deps);
  assert.equal((await show(short.vm_id)).status, 'active');
  world.advance(2000);
  await sweepExpired(deps);
  const ended = await show(short.vm_id);
  assert.deepEqual([ended.status, ended.end_reason], ['terminated', 'its lifetime of 30 seconds was over']);
  assert.equal((await show(long.vm_id)).status, 'active');
  assert.equal((await running()).includes(short.vm_id), false);
  const session = await server.ask('GET', `/v1/sessions/session/${short.session_id}`, { key });
  assert.deepEqual([session.status, session.json.code], [410, 'session_expired']);
});

test('a session cannot be used from its last second on, also before the sweep has come', async () => {
  const vm = await make({ vm_lifetime_seconds: 30 });
  const run = () =>
    server.ask('POST', '/execute', { key, json: { session_id: vm.session_id, command: 'print(1)' } });
  assert.equal((await run()).status, 200);
  world.advance(30_000);
  const late = await run();
  assert.deepEqual([late.status, late.json.code], [410, 'session_expired']);
});

test('a machine that vanished from the host is failed with a reason, and its session ends', async () => {
  const vm = await make();
  await deps.host.apply({
    verb: 'delete',
    opKey: 'outside',
    epoch: 1,
    vmId: vm.vm_id,
    generation: 1,
    reason: 'test',
  });
  await reconcile(deps, { atStart: false });
  const failed = await show(vm.vm_id);
  assert.equal(failed.status, 'failed');
  assert.match(failed.end_reason, /the machine is gone/);
  assert.equal((await server.ask('GET', `/v1/sessions/session/${vm.session_id}`, { key })).status, 410);
});

test('a machine that belongs to nobody is removed from the host', async () => {
  const mine = await make();
  const spec = { memoryMb: 128, vcpuCount: 1, hostname: 'orphan', env: {} };
  const expiresAt = new Date(world.now() + 1e6).toISOString();
  const command = { epoch: 1, vmId: 'vm_orphan', generation: 1, expiresAt, spec };
  await deps.host.apply({ verb: 'create', opKey: 'outside:orphan', ...command });
  assert.ok((await running()).includes('vm_orphan'), 'control');
  await reconcile(deps, { atStart: false });
  assert.equal((await running()).includes('vm_orphan'), false);
  assert.equal((await show(mine.vm_id)).status, 'active');
});

test('reconciling again and again changes nothing of what agrees', async () => {
  const vm = await make();
  const before = await show(vm.vm_id);
  for (let n = 0; n < 3; n++) await reconcile(deps, { atStart: false });
  assert.deepEqual(await show(vm.vm_id), before);
  assert.ok((await running()).includes(vm.vm_id));
});

test('machines that are made while it reconciles are left alone', async () => {
  let underWay = true;
  const creates = Promise.all(Array.from({ length: 10 }, () => make())).finally(() => {
    underWay = false;
  });
  while (underWay) {
    await reconcile(deps, { atStart: false });
    await new Promise(setImmediate);
  }
  for (const { vm_id } of await creates) assert.equal((await show(vm_id)).status, 'active');
});

test('after a restart that lost the machines, each is failed with a reason and no execution stays open', async (t) => {
  const first = await startServer(t);
  const ownKey = (await (await first.person('Ada')).key()).text;
  const vm = (await first.ask('POST', '/v1/vms', { key: ownKey, json: {} })).json;
  const task = await first.ask('POST', '/execute_async', {
    key: ownKey,
    json: { session_id: vm.session_id, command: 'sleep 2', language: 'bash' },
  });
  assert.equal(task.status, 202, task.text);
  await first.close();
  const second = await startServer(t, { dataDir: first.dataDir });
  const { json } = await second.ask('GET', `/v1/vms/${vm.vm_id}`, { key: ownKey });
  assert.equal(json.status, 'failed');
  assert.ok(json.end_reason);
  const lost = await second.ask('GET', `/v1/executions/${task.json.task_id}`, { key: ownKey });
  assert.deepEqual([lost.json.is_complete, lost.json.exit_code], [true, 1]);
  assert.match(lost.json.stderr, /restarted/);
});
