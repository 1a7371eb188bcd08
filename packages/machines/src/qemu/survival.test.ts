import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '@instavm/guest';
import { record } from '../conformance/index.ts';
import { parseMemberships, parseMounts } from './cgroup-files.ts';
import { MachineStore } from './machine/machine-store.ts';
import type { OpenedQemu } from './open-qemu-driver.ts';
import { openTestQemu } from './testing.ts';

let dataDir: string;
let qemu: OpenedQemu;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'instavm-survival-'));
  qemu = await openTestQemu(dataDir);
  await qemu.engine.prepare();
  assert.equal(qemu.engine.status.state, 'ready', qemu.engine.status.detail ?? '');
});
after(async () => {
  for (const vm of await qemu.driver.list()) await qemu.driver.delete(vm.vmId);
  await qemu.driver.close();
  qemu.engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function started(vmId: string): Promise<void> {
  await qemu.driver.create(record(vmId), vmId);
  await qemu.driver.start(vmId, {});
}

function bash(vmId: string, code: string) {
  return run((service) => qemu.driver.openLink(vmId, service), {
    language: 'bash',
    code,
    timeoutSeconds: 60,
  });
}

async function stateOf(vmId: string) {
  return (await qemu.driver.list()).find((vm) => vm.vmId === vmId);
}

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found) return found;
    await delay(25);
  }
  throw new Error('it did not happen within 15 s');
}

/** A program in a process of its own that has a driver over the same folder. */
function child(body: string) {
  const program = `
    const { openTestQemu } = await import(${JSON.stringify(new URL('testing.ts', import.meta.url).href)});
    const { record } = await import(${JSON.stringify(new URL('../conformance/index.ts', import.meta.url).href)});
    const { driver, engine } = await openTestQemu(${JSON.stringify(dataDir)});
    await engine.prepare();
    ${body}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('kill -9 of the process that made a machine does not harm it, and the next one takes it up', async () => {
  const maker = child(`
    await driver.create(record('vm_orphan'), 'key');
    await driver.start('vm_orphan', {});
    console.log('started');
    setInterval(() => {}, 1000);`);
  await once(maker.stdout, 'data');
  maker.kill('SIGKILL');
  await once(maker, 'exit');
  assert.equal((await stateOf('vm_orphan'))?.state, 'running');
  assert.equal((await bash('vm_orphan', 'echo alive')).stdout.toString(), 'alive\n');
  await qemu.driver.delete('vm_orphan');
  assert.equal((await new MachineStore(dataDir).processes()).size, 0);
});

test('kill -9 in the middle of a start leaves a broken machine that a start or a delete can take', async () => {
  for (const [vmId, end] of [
    ['vm_half1', (id: string) => qemu.driver.delete(id)],
    ['vm_half2', async (id: string) => void (await qemu.driver.start(id, {}))],
  ] as const) {
    const maker = child(`
      await driver.create(record('${vmId}'), 'key');
      driver.start('${vmId}', {});
      setInterval(() => {}, 1000);`);
    await until(async () => (await new MachineStore(dataDir).processes()).has(vmId));
    maker.kill('SIGKILL');
    await once(maker, 'exit');
    assert.equal((await stateOf(vmId))?.state, 'broken');
    await end(vmId);
    assert.equal((await stateOf(vmId))?.state, vmId === 'vm_half2' ? 'running' : undefined);
    await qemu.driver.delete(vmId);
  }
  assert.equal((await new MachineStore(dataDir).processes()).size, 0);
});

test('a machine that powers itself off is stopped, says so, and its process is gone', async () => {
  await started('vm_off');
  await bash(
    'vm_off',
    'echo last words >/dev/ttyS0; sync; (sleep 0.2; busybox poweroff -f) >/dev/null 2>&1 &',
  ).catch(() => {});
  const listed = await until(async () => {
    const vm = await stateOf('vm_off');
    return vm?.state === 'stopped' && vm.detail?.includes('shut itself down') && vm;
  });
  assert.match(listed.detail!, /last words/);
  await until(async () => !(await new MachineStore(dataDir).processes()).has('vm_off'));
  await qemu.driver.delete('vm_off');
});

test('a guest agent that was killed comes back and serves the next call', async () => {
  await started('vm_agent');
  const agentPid = async () => (await bash('vm_agent', 'pgrep -of agent/main.py')).stdout.toString();
  const first = await agentPid();
  await bash('vm_agent', `kill -9 ${first}`).catch(() => {});
  const second = await until(() => agentPid().catch(() => null));
  assert.notEqual(second, first);
  await qemu.driver.delete('vm_agent');
});

test('a machine leaves the cgroup of this process wherever this process has one of its own', async (t) => {
  const own = parseMemberships(await readFile('/proc/self/cgroup', 'utf8')).filter(
    ({ path }) => path !== '/',
  );
  if (own.length === 0) return t.skip('this process is in the root of every hierarchy');
  if (process.getuid!() !== 0) return t.skip('only root can make cgroups here');
  await started('vm_cgroup');
  const pid = (await new MachineStore(dataDir).processes()).get('vm_cgroup');
  const theirs = parseMemberships(await readFile(`/proc/${pid}/cgroup`, 'utf8'));
  for (const { name, path } of own) {
    assert.notEqual(theirs.find((one) => one.name === name)?.path, path, name);
  }
  await qemu.driver.delete('vm_cgroup');
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  for (const { name } of own) {
    const folder = mounts.find((mount) => mount.name === name)!.folder;
    await assert.rejects(access(join(folder, 'instavm/vm_cgroup')), { code: 'ENOENT' }, name);
  }
});

test('without a network card the guest has no way out', async () => {
  await started('vm_net');
  const result = await bash('vm_net', 'curl -sS --max-time 3 http://1.1.1.1/');
  assert.notEqual(result.exitCode, 0);
  await qemu.driver.delete('vm_net');
});
