import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A mistake of whoever starts the program: one line that says what and what to do. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Of the database, in the data folder. */
export const DATABASE_FILE = 'instavm.db';

/** Makes the data folder, or checks that it is ours and closes it to others. Throws StartError. */
export function ensureDataFolder(dataDir: string, uid: number): void {
  try {
    makeFolder(dataDir);
    const { uid: owner, mode } = statSync(dataDir);
    if (owner !== uid) {
      throw new StartError(
        `The data folder ${dataDir} belongs to another user (uid ${owner}); give another one with --data-dir.`,
      );
    }
    if ((mode & 0o077) !== 0) closeToOthers(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `The data folder ${dataDir} cannot be used (${code}); give another one with --data-dir.`,
    );
  }
}

/** Node's own `recursive` never returns for a path below /proc, where nothing can be made. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
}

/** Only a folder that holds nothing of somebody else's is changed without being asked. */
function closeToOthers(dataDir: string): void {
  if (!existsSync(join(dataDir, DATABASE_FILE)) && readdirSync(dataDir).length > 0) {
    throw new StartError(
      `The folder ${dataDir} holds other files and is open to other users; give another one with --data-dir, or run: chmod 700 ${dataDir}`,
    );
  }
  chmodSync(dataDir, 0o700);
}
