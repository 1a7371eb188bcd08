import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../errors/cli-error.ts';
import { configAccessError, configError } from './config-error.ts';
import { type ConfigDocument, serialize } from './document.ts';
import { withLock } from './lock.ts';
import { readConfig } from './read.ts';

/**
 * Changes the stored settings: folder 0700, file 0600, written beside and renamed over, so that a reader sees
 * the old or the new one whole, also after a crash.
 */
export async function updateConfig(
  path: string,
  io: { uid: number | null; now(): number },
  change: (document: ConfigDocument) => ConfigDocument,
): Promise<ConfigDocument> {
  try {
    await prepareFolder(dirname(path), io.uid);
    return await withLock(`${path}.lock`, io.now, async () => {
      const { document } = await readConfig(path, io.uid);
      const next = change(document);
      await replace(path, serialize(next));
      return next;
    });
  } catch (error) {
    throw error instanceof CliError ? error : configAccessError(path, 'write', error);
  }
}

async function prepareFolder(folder: string, uid: number | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid: owner } = await stat(folder);
  if (uid !== null && owner !== uid) {
    throw configError(
      'config_not_yours',
      `Refused to write in ${folder}`,
      `It belongs to user ${owner}, and you are user ${uid}`,
      'Run as its owner, or point HOME to your own folder',
    );
  }
  await chmod(folder, 0o700);
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.chmod(0o600);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
