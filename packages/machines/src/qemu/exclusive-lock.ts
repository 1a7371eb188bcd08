import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

export interface ExclusiveLock {
  release(): void;
}

const retryMs = 50;

/**
 * One holder among all processes that can see `path`. It is SQLite's file lock (fcntl), the only one within
 * Node's reach that the kernel itself takes back when the holder dies, however it dies.
 * Waits for as long as it takes; `signal` ends the waiting.
 */
export async function acquireLock(path: string, signal?: AbortSignal): Promise<ExclusiveLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryLock(path);
    if (lock) return lock;
    await delay(retryMs, undefined, signal ? { signal } : {});
  }
}

/** The lock, or null when somebody else has it. */
export function tryLock(path: string): ExclusiveLock | null {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { release: () => database.close() };
}

export async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(path, signal);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  // SQLITE_BUSY with any of its extensions.
  return typeof code === 'number' && (code & 0xff) === 5;
}
