import { lstatSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, note, ok, problem } from './check.ts';

/** Folder and everything directly in it belong to this user and are closed to others. */
export function checkPermissions(dataDir: string, uid: number): Check {
  const name = 'permissions';
  const { mode, uid: owner } = statSync(dataDir);
  if (owner !== uid) {
    return problem(
      name,
      `${dataDir} belongs to another user (uid ${owner})`,
      `Run the tool as that user, or: chown -R ${uid} ${dataDir}`,
    );
  }
  if ((mode & 0o077) !== 0) {
    return problem(name, `${dataDir} is open to other users`, `Run: chmod 700 ${dataDir}`);
  }
  const entries = readdirSync(dataDir).map((entry) => ({ entry, ...statsOf(join(dataDir, entry)) }));
  const foreign = entries.find((entry) => entry.uid !== undefined && entry.uid !== uid);
  if (foreign) {
    return problem(
      name,
      `${join(dataDir, foreign.entry)} belongs to another user (uid ${foreign.uid})`,
      `Run: chown -R ${uid} ${dataDir}`,
    );
  }
  // Folders of machines are open to the user that QEMU runs as; nothing secret is a folder.
  const open = entries.filter(({ isFile, mode: bits }) => isFile && (bits! & 0o077) !== 0);
  if (open.length > 0) {
    const names = open.map(({ entry }) => entry);
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ', ...' : '');
    return problem(
      name,
      `open to other users: ${shown}`,
      `Run: find ${dataDir} -maxdepth 1 -type f -exec chmod 600 {} +`,
    );
  }
  return ok(name, `${dataDir} and its files are this user's alone`);
}

function statsOf(path: string): { uid?: number; mode?: number; isFile?: boolean } {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats ? { uid: stats.uid, mode: stats.mode, isFile: stats.isFile() } : {};
}

const FREE_BYTES_NEEDED = 500_000_000;
const FREE_BYTES_WANTED = 5_000_000_000;

export function checkDisk(dataDir: string, freeBytes = freeBytesOf(dataDir)): Check {
  const name = 'disk';
  const says = `${(freeBytes / 1e9).toFixed(1)} GB free for ${dataDir}`;
  const todo = 'Make room: a full disk refuses every change, revocations too.';
  if (freeBytes < FREE_BYTES_NEEDED) return problem(name, `only ${says}`, todo);
  return freeBytes < FREE_BYTES_WANTED ? note(name, `${says}, which is little for machines`) : ok(name, says);
}

function freeBytesOf(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
