import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';

const STALE_MS = 10_000;
const GIVE_UP_MS = 20_000;
const RETRY_MS = 15;

/**
 * Runs `work` while no other process of this program does, so that two writers do not lose each other's change.
 * A lock older than ten seconds was left by a process that died.
 */
export async function withLock<T>(path: string, now: () => number, work: () => Promise<T>): Promise<T> {
  const began = now();
  while (!(await take(path))) {
    if (now() - began > GIVE_UP_MS)
      throw new Error(`${path} is held by another process; delete it if none runs`);
    if (await isStale(path, now())) await discard(path);
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS * (1 + Math.random())));
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string, now: number): Promise<boolean> {
  const held = await stat(path).catch(() => null);
  return held !== null && now - held.mtimeMs > STALE_MS;
}

// By rename: of two waiters that both found it stale, only one takes it away.
async function discard(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.stale`;
  await rename(path, aside).then(
    () => rm(aside, { force: true }),
    () => undefined,
  );
}
