import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runForJson } from '../process.ts';

export interface Folder {
  dataDir: string;
  /** A sample of its keys and their numbers, as JSON: too much for a command line. */
  keysFile: string;
  keys: string[];
  ids: number[];
}

/** Runs `work` on a data folder with `count` keys of so many people, and removes it. */
export async function withFolder<T>(
  count: number,
  work: (folder: Folder) => Promise<T>,
  people = 1,
): Promise<T> {
  const made = await runForJson<Omit<Folder, 'keysFile'>>('packages/server/bench/make-folder.ts', [
    String(count),
    String(people),
  ]);
  const keysFile = join(made.dataDir, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(made));
  try {
    return await work({ ...made, keysFile });
  } finally {
    rmSync(made.dataDir, { recursive: true });
  }
}
