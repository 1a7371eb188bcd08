import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const heartbeatMs = 2_000;
// A holder that has not shown itself for this long was killed, or its machine was.
const staleMs = 20_000;

/**
 * Runs one process's work while others wait for it: Node before 22 has no file lock of the system's, so the
 * holder's pid is in the file and its time is renewed.
 * @template T
 * @param {string} path lock file
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = false; !take(path); waited = true) {
    if (!waited) onWait();
    if (isStale(path)) discard(path);
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // The folder was removed under us; the work itself will say so.
    }
  }, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  return Date.now() - stat.mtimeMs > staleMs || !isAlive(Number(readFileSync(path, 'utf8')));
}

function isAlive(pid) {
  if (!pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// By rename, so that of two waiters only one removes the file and neither removes a third one's new lock twice.
function discard(path) {
  try {
    renameSync(path, `${path}.${process.pid}.tmp`);
    rmSync(`${path}.${process.pid}.tmp`, { force: true });
  } catch {
    // Another waiter was quicker.
  }
}
