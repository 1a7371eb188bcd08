import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Everything below a folder, with its path relative to it. Links are named and never followed, unlike Node's
 * own recursive `readdir`: those of an unpacked system point at folders of this one.
 */
export async function walkFolder(folder: string): Promise<{ path: string; entry: Dirent }[]> {
  const found: { path: string; entry: Dirent }[] = [];
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      found.push({ path, entry });
      if (entry.isDirectory()) waiting.push(path);
    }
  }
  return found;
}
