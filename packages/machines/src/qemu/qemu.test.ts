import assert from 'node:assert/strict';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverConformance } from '../conformance/index.ts';
import { MachineStore } from './machine/machine-store.ts';
import { machineMarker } from './machine/start-machine.ts';
import type { OpenedQemu } from './open-qemu-driver.ts';
import { killProcess } from './processes.ts';
import { openTestQemu } from './testing.ts';

driverConformance('qemu', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'instavm-qemu-'));
  const store = new MachineStore(dataDir);
  const opened: OpenedQemu[] = [];
  const sockets = new Map<string, string>();
  return {
    async open() {
      const qemu = await openTestQemu(dataDir);
      opened.push(qemu);
      await qemu.engine.prepare();
      assert.equal(qemu.engine.status.state, 'ready', qemu.engine.status.detail ?? '');
      return qemu.driver;
    },
    async crash(vmId) {
      const folder = store.folder(vmId);
      sockets.set(vmId, JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')).sockets);
      const pid = (await store.processes()).get(vmId);
      assert.ok(pid, 'the machine has a process');
      assert.ok(await killProcess(pid, machineMarker(folder), 5000));
    },
    async remains(vmId) {
      const left: string[] = [];
      if ((await store.processes()).has(vmId)) left.push('process');
      if ((await readdir(store.root)).includes(vmId)) left.push('folder');
      const socketFolder = sockets.get(vmId);
      if (
        socketFolder &&
        (await access(socketFolder).then(
          () => true,
          () => false,
        ))
      )
        left.push('sockets');
      return left;
    },
    runsCode: true,
    async close() {
      for (const { engine } of opened) engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
});
