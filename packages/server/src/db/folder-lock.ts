import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * One process at a time on a data folder. The lock is the operating system's own on a file, taken through
 * SQLite, so it ends with its process however that ends.
 * @returns null when another process holds it.
 */
export function lockFolder(dataDir: string): { release(): void } | null {
  const lock = new DatabaseSync(join(dataDir, 'instavmd.lock'));
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; PRAGMA busy_timeout=0; BEGIN EXCLUSIVE;');
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
    throw error;
  }
  return { release: () => lock.close() };
}
