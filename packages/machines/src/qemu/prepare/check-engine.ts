import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine.ts';
import { damagedFiles, discardArtifact, readArtifact } from './artifact.ts';

/**
 * Reads the artifacts that this engine uses in full and takes damaged ones away. Answers what was damaged.
 * Machines that run keep the files they have open.
 */
export async function checkEngine(engine: Engine, cacheDir: string, signal: AbortSignal): Promise<string[]> {
  const damaged: string[] = [];
  for (const kind of ['kernels', 'images', 'qemu']) {
    for (const name of await readdir(join(cacheDir, kind)).catch(() => [])) {
      const folder = join(cacheDir, kind, name);
      const used = [engine.image.kernel, engine.image.root, engine.qemu.command];
      if (!used.some((path) => path.startsWith(`${folder}/`))) continue;
      const manifest = await readArtifact(folder, name);
      const files = manifest ? await damagedFiles(folder, manifest, signal) : ['manifest.json'];
      if (files.length === 0) continue;
      damaged.push(...files.map((file) => join(kind, name, file)));
      await discardArtifact(folder);
    }
  }
  return damaged;
}
