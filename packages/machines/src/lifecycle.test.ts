import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHostError, record } from './conformance/index.ts';
import { FakeDriver, FakeWorld } from './fake/index.ts';
import { type Deadlines, defaultDeadlines, GovernedDriver } from './lifecycle.ts';

function governed(changes: Partial<Deadlines> = {}) {
  const world = new FakeWorld();
  return { world, driver: new GovernedDriver(new FakeDriver(world), { ...defaultDeadlines, ...changes }) };
}

test('a verb that hangs ends at its deadline with an error that may be tried again', async () => {
  const { world, driver } = governed({ create: 10, delete: 10, list: 10 });
  world.faults.hang = new Set(['create', 'delete', 'list']);
  await assert.rejects(driver.create(record('vm_1'), 'key'), isHostError('create_failed'));
  await assert.rejects(driver.delete('vm_1'), isHostError('delete_failed'));
  await assert.rejects(driver.list(), isHostError('guest_unreachable'));
});

test('verbs of one machine run in their order', async () => {
  const { world, driver } = governed();
  world.faults.slowMs = 2;
  const made = driver.create(record('vm_1'), 'key');
  const started = driver.start('vm_1', {});
  await Promise.all([made, started]);
  assert.equal(world.machines.get('vm_1')?.state, 'running');
});

test('a delete waits for nobody, and what waited behind it is refused', async () => {
  const { world, driver } = governed({ create: 100 });
  world.faults.hang.add('create');
  const stuck = assert.rejects(driver.create(record('vm_1'), 'key'), isHostError('create_failed'));
  await new Promise((resolve) => setImmediate(resolve));
  const waiting = assert.rejects(driver.start('vm_1', {}), isHostError('unknown_vm'));
  await driver.delete('vm_1');
  await Promise.all([stuck, waiting]);
});

test('a machine may be made again after its delete', async () => {
  const { driver } = governed();
  await driver.create(record('vm_1'), 'key');
  const deleted = driver.delete('vm_1');
  await driver.create(record('vm_1'), 'another key');
  await deleted;
  assert.equal((await driver.list()).length, 1);
});

test('an error that a driver did not type gets a type', async () => {
  const driver = new FakeDriver();
  driver.start = () => Promise.reject(new Error('something odd'));
  await assert.rejects(new GovernedDriver(driver).start('vm_1', {}), isHostError('create_failed'));
});

test('a probe that fails is an engine that is unavailable, not an error', async () => {
  const driver = new FakeDriver();
  driver.probe = () => Promise.reject(new Error('no'));
  const { state, detail } = await new GovernedDriver(driver).probe();
  assert.deepEqual({ state, detail }, { state: 'unavailable', detail: 'no' });
});
