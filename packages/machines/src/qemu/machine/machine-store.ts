import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineRecord } from '../../driver-port.ts';
import { HostError } from '../../host-port.ts';
import { findProcesses } from '../processes.ts';
import { isMachineId, listMachineFolders, type MachineMeta, readMeta, writeMeta } from './meta.ts';

/** Less free disk than this and no machine is made: those that run need the rest. */
const reserveBytes = 512 * 1024 * 1024;

/** The folders of the machines, and which of them have a process. */
export class MachineStore {
  readonly root: string;
  /** The last change of each machine's meta that is under way. */
  readonly #updates = new Map<string, Promise<unknown>>();

  constructor(dataDir: string) {
    this.root = join(dataDir, 'machines');
  }

  folder(vmId: string): string {
    if (!isMachineId(vmId)) throw new HostError('unknown_vm', 'No machine has such an id', false);
    return join(this.root, vmId);
  }

  /** Makes the folder; what an interrupted call of the same kind left there is replaced. */
  async create(record: MachineRecord, idempotencyKey: string): Promise<void> {
    const folder = this.folder(record.vmId);
    const before = await readMeta(folder);
    if (before?.idempotencyKey === idempotencyKey) return;
    if (before) throw new HostError('already_exists', `The machine ${record.vmId} is there already`, false);
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.root);
    if (bavail * bsize < reserveBytes) {
      throw new HostError('disk_full', 'The host has too little disk space for another machine', true);
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    const { vmId, generation, memoryMb, vcpuCount, hostname, expiresAt } = record;
    await writeMeta(folder, {
      ...{ vmId, generation, memoryMb, vcpuCount, hostname, expiresAt, idempotencyKey },
      ...{ isolation: 'emulated', sockets: null, template: null, ready: false, endReason: null },
    });
  }

  async need(vmId: string): Promise<MachineMeta> {
    const meta = await readMeta(this.folder(vmId));
    if (!meta) throw new HostError('unknown_vm', `There is no machine ${vmId} on this host`, false);
    return meta;
  }

  /** One after another for each machine: a change reads what the one before has written. */
  async update(vmId: string, change: Partial<MachineMeta>): Promise<MachineMeta> {
    const before = this.#updates.get(vmId)?.catch(() => {});
    const update = (async () => {
      await before;
      const meta = { ...(await this.need(vmId)), ...change };
      await writeMeta(this.folder(vmId), meta);
      return meta;
    })();
    this.#updates.set(vmId, update);
    try {
      return await update;
    } finally {
      if (this.#updates.get(vmId) === update) this.#updates.delete(vmId);
    }
  }

  ids(): Promise<string[]> {
    return listMachineFolders(this.root);
  }

  read(vmId: string): Promise<MachineMeta | null> {
    return readMeta(this.folder(vmId));
  }

  /** Removes folder and sockets. The process must be gone. */
  async remove(vmId: string): Promise<void> {
    const folder = this.folder(vmId);
    const meta = await readMeta(folder);
    if (meta?.sockets) await removeSockets(meta.sockets);
    await rm(folder, { recursive: true, force: true });
  }

  /** Process ids of QEMUs of this data folder, by machine; read from the machine itself. */
  async processes(): Promise<Map<string, number>> {
    const start = JSON.stringify(`${this.root}/`).slice(1, -1);
    const found = new Map<string, number>();
    for (const [pid, words] of await findProcesses(start)) {
      // A line such as `du -s .../machines/vm_1/disk.qcow2` is not a machine.
      if (!words.includes('-qmp') && !words.includes('-mon')) continue;
      const word = words.find((one) => one.includes(start))!;
      const vmId = word.slice(word.indexOf(start) + start.length).split('/')[0]!;
      found.set(vmId, pid);
    }
    return found;
  }
}

export async function removeSockets(folder: string): Promise<void> {
  // The name comes from a file: remove nothing but what makeSocketFolder makes.
  if (!/^\/(run|tmp)\/instavm-[^/]+(\/vm-[^/]+)?$/.test(folder)) return;
  await rm(folder, { recursive: true, force: true });
}
