import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findProcesses } from '../processes.ts';
import { discardArtifact } from './artifact.ts';

/** Of each kind; more than one because clones of the project at other versions share the cache. */
const kept = 3;

/**
 * Takes away what was used longest ago, so that updates do not fill the disk. What a running machine was
 * started from stays. The caller holds the lock of the preparation.
 */
export async function dropUnused(cacheDir: string): Promise<string[]> {
  const dropped: string[] = [];
  const lines = [...(await findProcesses(`${cacheDir}/`)).values()].flat();
  for (const kind of ['kernels', 'images', 'qemu', 'initramfs']) {
    const folder = join(cacheDir, kind);
    const names = (await readdir(folder).catch(() => [])).filter((name) => !name.includes('.partial'));
    const byUse = await Promise.all(
      names.map(async (name) => ({ name, usedMs: (await stat(join(folder, name))).mtimeMs })),
    );
    const old = byUse.sort((one, other) => other.usedMs - one.usedMs).slice(kept);
    for (const { name } of old) {
      const path = join(folder, name);
      if (lines.some((word) => word.includes(path))) continue;
      await discardArtifact(path);
      dropped.push(join(kind, name));
    }
  }
  return dropped;
}
