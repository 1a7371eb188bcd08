import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineRecord } from '../../driver-port.ts';
import type { Isolation } from '../../host-port.ts';

/** What the host knows about a machine of its own, whoever asks; `meta.json` in the machine's folder. */
export interface MachineMeta extends MachineRecord {
  /** Key of the call that made it. */
  idempotencyKey: string;
  isolation: Isolation;
  /** Folder of its sockets; null until it is started. */
  sockets: string | null;
  /** Digest of the template that it is a copy of; null until it is started. */
  template: string | null;
  /** True once it has its identity and was handed out. */
  ready: boolean;
  /** Why it ended by itself. */
  endReason: string | null;
}

export const metaFile = 'meta.json';
export const diskFile = 'disk.qcow2';

/** Ids become names of folders, so nothing else may be in them. */
export function isMachineId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text);
}

/** Written under another name first: a reader sees the old or the new one, never a half. */
export async function writeMeta(folder: string, meta: MachineMeta): Promise<void> {
  const path = join(folder, metaFile);
  await writeFile(`${path}.partial`, `${JSON.stringify(meta, null, 2)}\n`);
  await rename(`${path}.partial`, path);
}

/** Null when there is none or it cannot be read. */
export async function readMeta(folder: string): Promise<MachineMeta | null> {
  try {
    return JSON.parse(await readFile(join(folder, metaFile), 'utf8')) as MachineMeta;
  } catch {
    return null;
  }
}

/** Ids of all machines that have a folder, whatever is in it. */
export async function listMachineFolders(machinesFolder: string): Promise<string[]> {
  await mkdir(machinesFolder, { recursive: true, mode: 0o700 });
  const entries = await readdir(machinesFolder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && isMachineId(entry.name)).map((entry) => entry.name);
}
