import { chmod, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcesses } from './processes.ts';

/** Longest socket path that is used. The kernel refuses 108 bytes and more. */
export const maxSocketPathBytes = 100;

/**
 * A new folder for the sockets of one machine, of mode 0700 and with a short path, since a data folder's may
 * be longer than a socket's path can be. Below a folder of this user's where one can be had; its name is
 * kept with the machine, so nothing depends on finding the same one again.
 */
export async function makeSocketFolder(uid: number): Promise<string> {
  for (const base of basesOf(uid)) {
    if (await isOwn(base, uid)) return mkdtemp(join(base, 'vm-'));
  }
  return mkdtemp('/tmp/instavm-vm-');
}

/**
 * Removes folders that no process names and that are not of the last minutes: what is left when a data folder
 * was deleted, or a host was killed together with a machine it was making.
 */
export async function removeStaleSockets(uid: number, nowMs: number): Promise<void> {
  for (const base of basesOf(uid)) {
    const names = await readdir(base).catch(() => []);
    const words = [...(await findProcesses(`${base}/`)).values()].flat();
    for (const name of names) {
      const folder = join(base, name);
      if (words.some((word) => word.includes(folder))) continue;
      const found = await stat(folder).catch(() => null);
      if (found && nowMs - found.mtimeMs > staleMs) await rm(folder, { recursive: true, force: true });
    }
  }
}

const staleMs = 600_000;

function basesOf(uid: number): string[] {
  return [`/run/instavm-${uid}`, `/tmp/instavm-${uid}`];
}

/** Anybody may make a folder in /tmp, so one that is there must be this user's and closed to others. */
async function isOwn(folder: string, uid: number): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    await chmod(folder, 0o700);
    return true;
  } catch {
    const found = await lstat(folder).catch(() => null);
    return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0;
  }
}
