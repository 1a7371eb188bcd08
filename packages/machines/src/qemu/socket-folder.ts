import { chmod, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** Longest socket path that is used. The kernel refuses 108 bytes and more. */
export const maxSocketPathBytes = 100;

/**
 * A new folder for the sockets of one machine, of mode 0700 and with a short path, since a data folder's may
 * be longer than a socket's path can be. Below a folder of this user's where one can be had; its name is
 * kept with the machine, so nothing depends on finding the same one again.
 */
export async function makeSocketFolder(uid: number): Promise<string> {
  for (const base of [`/run/instavm-${uid}`, `/tmp/instavm-${uid}`]) {
    if (await isOwn(base, uid)) return mkdtemp(join(base, 'vm-'));
  }
  return mkdtemp('/tmp/instavm-vm-');
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
