import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../../auth/pepper-file.ts';

/** In a data folder while a restore changes its files over; left there by one that was killed in between. */
const UNFINISHED = 'restore-unfinished';

export function isRestoreUnfinished(dataDir: string): boolean {
  return existsSync(join(dataDir, UNFINISHED));
}

export function markRestore(dataDir: string): void {
  writeFileSync(join(dataDir, UNFINISHED), '', { mode: 0o600 });
  syncFolder(dataDir);
}

export function unmarkRestore(dataDir: string): void {
  syncFolder(dataDir);
  rmSync(join(dataDir, UNFINISHED));
  syncFolder(dataDir);
}
