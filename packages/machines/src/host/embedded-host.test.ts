import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '@instavm/guest';
import { isHostError } from '../conformance/index.ts';
import { FakeDriver, FakeWorld } from '../fake/index.ts';
import type { HostCommand } from '../host-port.ts';
import { defaultDeadlines, GovernedDriver } from '../lifecycle.ts';
import { EmbeddedVmHost } from './embedded-host.ts';
import { loadIdentity } from './host-identity.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');
const hourMs = 3_600_000;
const silent = { info: () => {}, warn: () => {} };

let dataDir: string;
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'instavm-host-'));
});
after(() => rm(dataDir, { recursive: true, force: true }));

async function openHost(folder: string, world = new FakeWorld()) {
  const clock = { nowMs: startMs };
  const host = await EmbeddedVmHost.open({
    driver: new GovernedDriver(new FakeDriver(world), { ...defaultDeadlines, start: 50 }),
    dataDir: join(dataDir, folder),
    identity: await loadIdentity(join(dataDir, folder), () => `host of ${folder}`),
    bootId: 'boot',
    vcpus: 2,
    memoryBudgetMb: 1024,
    now: () => clock.nowMs,
    log: silent,
  });
  return { host, world, clock };
}

type Create = Extract<HostCommand, { verb: 'create' }>;

function create(vmId: string, changes: Partial<Create> = {}): Create {
  const spec = { memoryMb: 256, vcpuCount: 1, hostname: 'host', env: { SECRET: 'value' } };
  const expiresAt = new Date(startMs + hourMs).toISOString();
  return {
    verb: 'create',
    opKey: `create ${vmId}`,
    epoch: 1,
    vmId,
    generation: 1,
    spec,
    expiresAt,
    ...changes,
  };
}

function remove(vmId: string, generation = 1, epoch = 1): HostCommand {
  return { verb: 'delete', opKey: `delete ${vmId} ${generation}`, epoch, vmId, generation, reason: 'asked' };
}

const link = (vmId: string, generation = 1) => ({
  vmId,
  generation,
  service: 'run' as const,
  ticket: 'test',
});

test('a command that is sent again has the same answer and no second effect', async () => {
  const { host, world } = await openHost('again');
  const replies = await Promise.all([host.apply(create('vm_1')), host.apply(create('vm_1'))]);
  assert.deepEqual(replies, Array(2).fill({ status: 'done', isolation: 'none' }));
  const machine = world.machines.get('vm_1');
  await host.apply(create('vm_1'));
  assert.equal(world.machines.get('vm_1'), machine);
});

test('a create that is sent again after a restart of the host finds its machine', async () => {
  const { host, world } = await openHost('restart');
  await host.apply(create('vm_1'));
  const again = await openHost('restart', world);
  assert.deepEqual(await again.host.apply(create('vm_1')), { status: 'done', isolation: 'none' });
  assert.equal((await again.host.apply(create('vm_1', { opKey: 'other' }))).status, 'conflict');
});

test('a key that was used for something else is a conflict', async () => {
  const { host } = await openHost('conflict');
  await host.apply(create('vm_1'));
  assert.equal((await host.apply(create('vm_2', { opKey: 'create vm_1' }))).status, 'conflict');
  assert.equal((await host.apply({ ...remove('vm_1'), opKey: 'create vm_1' })).status, 'conflict');
  assert.equal((await host.apply(create('vm_1', { opKey: 'other' }))).status, 'conflict');
});

test('orders of an older epoch are refused, also after a restart', async () => {
  const { host, world } = await openHost('epoch');
  await host.apply(create('vm_1', { epoch: 7 }));
  assert.equal((await host.apply(remove('vm_1', 1, 6))).status, 'stale');
  const again = await openHost('epoch', world);
  assert.equal((await again.host.apply(remove('vm_1', 1, 6))).status, 'stale');
  assert.equal((await again.host.apply(remove('vm_1', 1, 7))).status, 'done');
});

test('an order for an older generation touches nothing', async () => {
  const { host } = await openHost('generation');
  await host.apply(create('vm_1', { generation: 3 }));
  assert.equal((await host.apply(remove('vm_1', 2))).status, 'stale');
  assert.equal((await host.list()).length, 1);
  await assert.rejects(host.openLink(link('vm_1', 2)), isHostError('unknown_vm'));
});

test('a machine that was ended cannot be brought back by a late create', async () => {
  const { host } = await openHost('tombstone');
  await host.apply(create('vm_1'));
  await host.apply(remove('vm_1'));
  assert.equal((await host.apply(create('vm_1'))).status, 'stale');
  assert.equal((await host.apply(create('vm_1', { opKey: 'new', generation: 2 }))).status, 'done');
});

test('a delete that overtakes its create wins', async () => {
  const { host, world } = await openHost('overtake');
  world.faults.slowMs = 5;
  const creating = host.apply(create('vm_1')).catch((error) => error);
  await host.apply(remove('vm_1'));
  await creating;
  assert.deepEqual(await host.list(), []);
});

test('memory is promised once: creates at the same time do not exceed it', async () => {
  const { host } = await openHost('full');
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) => host.apply(create(`vm_${index}`))),
  );
  assert.equal(replies.filter((reply) => reply.status === 'done').length, 4);
  assert.equal(replies.filter((reply) => reply.status === 'full').length, 6);
  const made = replies.findIndex((reply) => reply.status === 'done');
  await host.apply(remove(`vm_${made}`));
  const refused = replies.findIndex((reply) => reply.status === 'full');
  assert.equal((await host.apply(create(`vm_${refused}`))).status, 'done', 'a refused create may try again');
});

test('a create that fails leaves nothing, gives its memory back and may be sent again', async () => {
  const { host, world } = await openHost('failed');
  world.faults.crashAtStart = true;
  await assert.rejects(
    host.apply(create('vm_1', { spec: { ...create('x').spec, memoryMb: 1024 } })),
    isHostError('create_failed'),
  );
  assert.equal(world.machines.size, 0);
  world.faults.crashAtStart = false;
  assert.equal((await host.apply(create('vm_1'))).status, 'done');
});

test('a start that hangs ends at its deadline and is rolled back', async () => {
  const { host, world } = await openHost('hang');
  world.faults.hang.add('start');
  await assert.rejects(host.apply(create('vm_1')), isHostError('create_failed'));
  assert.equal(world.machines.size, 0);
});

test('a full disk is said as such and can be tried again', async () => {
  const { host, world } = await openHost('disk');
  world.faults.diskFull = true;
  await assert.rejects(host.apply(create('vm_1')), isHostError('disk_full'));
});

test('a machine serves nobody from the moment its lifetime is over, and the sweep ends it', async () => {
  const { host, world, clock } = await openHost('expiry');
  await host.apply(create('vm_1'));
  assert.deepEqual(await host.sweep(clock.nowMs), []);
  clock.nowMs += hourMs;
  await assert.rejects(host.openLink(link('vm_1')), isHostError('vm_not_running'));
  assert.deepEqual(await host.sweep(clock.nowMs), ['vm_1']);
  assert.equal(world.machines.size, 0);
});

const renew = (vmId: string, expiresAtMs: number, changes: { generation?: number; epoch?: number } = {}) => ({
  ...{ verb: 'renew' as const, opKey: `renew ${vmId} ${expiresAtMs}`, epoch: 1, vmId, generation: 1 },
  ...{ expiresAt: new Date(expiresAtMs).toISOString(), ...changes },
});

test('a machine that was renewed serves until its new end, before and after a restart of the host', async () => {
  const { host, world, clock } = await openHost('renew');
  await host.apply(create('vm_1'));
  assert.equal((await host.apply(renew('vm_1', startMs + 3 * hourMs))).status, 'done');
  clock.nowMs += 2 * hourMs;
  assert.deepEqual(await host.sweep(clock.nowMs), []);
  (await host.openLink(link('vm_1'))).destroy();
  const again = await openHost('renew', world);
  assert.deepEqual(await again.host.sweep(startMs + 2 * hourMs), []);
  assert.deepEqual(await again.host.sweep(startMs + 3 * hourMs), ['vm_1']);
});

test('a renewal for another generation, by an old epoch or of no machine changes nothing', async () => {
  const { host } = await openHost('renew of another');
  await host.apply(create('vm_1', { generation: 2, epoch: 2 }));
  const later = startMs + 3 * hourMs;
  assert.equal((await host.apply(renew('vm_1', later, { generation: 1, epoch: 2 }))).status, 'stale');
  assert.equal((await host.apply(renew('vm_1', later, { generation: 2 }))).status, 'stale');
  await assert.rejects(host.apply(renew('vm_2', later, { epoch: 2 })), isHostError('unknown_vm'));
  assert.deepEqual(await host.sweep(startMs + hourMs), ['vm_1']);
});

test('a renewal that the machine could not remember is not in force', async () => {
  const { host, world } = await openHost('renew fails');
  await host.apply(create('vm_1'));
  const { renew: remember } = FakeDriver.prototype;
  FakeDriver.prototype.renew = () => Promise.reject(new Error('no'));
  await assert.rejects(host.apply(renew('vm_1', startMs + 3 * hourMs)));
  FakeDriver.prototype.renew = remember;
  assert.deepEqual(await host.sweep(startMs + hourMs), ['vm_1']);
  assert.equal(world.machines.size, 0);
});

test('machines that were there before the host opened keep their deadline', async () => {
  const { host, world } = await openHost('deadline');
  await host.apply(create('vm_1'));
  const again = await openHost('deadline', world);
  assert.deepEqual(await again.host.sweep(startMs + hourMs), ['vm_1']);
});

test('a sweep that cannot end one machine ends the others and comes back to it', async () => {
  const { host, world } = await openHost('sweep');
  await Promise.all([host.apply(create('vm_1')), host.apply(create('vm_2'))]);
  const { delete: remember } = FakeDriver.prototype;
  FakeDriver.prototype.delete = function (vmId: string) {
    return vmId === 'vm_1' ? Promise.reject(new Error('no')) : remember.call(this, vmId);
  };
  assert.deepEqual(await host.sweep(startMs + hourMs), ['vm_2']);
  FakeDriver.prototype.delete = remember;
  assert.deepEqual(await host.sweep(startMs + hourMs), ['vm_1']);
  assert.equal(world.machines.size, 0);
});

test('a link is a stream to a service of the guest', async () => {
  const { host } = await openHost('link');
  await host.apply(create('vm_1'));
  const open = (service: 'run' | 'put-file' | 'get-file') => host.openLink({ ...link('vm_1'), service });
  const result = await run(open, { language: 'bash', code: 'echo $SECRET', timeoutSeconds: 5 });
  assert.equal(result.stdout.toString(), 'value\n');
});

test('the identity of a host stays over restarts', async () => {
  const one = await (await openHost('identity')).host.hello();
  const other = await (await openHost('identity')).host.hello();
  assert.equal(one.hostId, 'host of identity');
  assert.equal(other.hostId, one.hostId);
});
