import { accessSync, constants, mkdirSync, statSync } from 'node:fs';

/** A mistake of whoever starts the program: one line that says what and what to do. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Makes the data folder, or checks that it is ours alone. Throws StartError. */
export function ensureDataFolder(dataDir: string, uid: number): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const { uid: owner, mode } = statSync(dataDir);
    if (owner !== uid) {
      throw new StartError(
        `The data folder ${dataDir} belongs to another user (uid ${owner}); give another one with --data-dir.`,
      );
    }
    if ((mode & 0o077) !== 0) {
      throw new StartError(`The data folder ${dataDir} is open to other users; run: chmod 700 ${dataDir}`);
    }
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      `The data folder ${dataDir} cannot be used (${code}); give another one with --data-dir.`,
    );
  }
}
