import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpioEntry, fileMode, folderMode, programMode, writeCpio } from './cpio.ts';
import { walkFolder } from './walk-folder.ts';

/** Folders whose content becomes the initramfs. */
export interface InitramfsSources {
  /** Holds `init`. */
  boot: string;
  /** The guest agent. */
  agent: string;
  /** A static busybox. */
  busybox: string;
  /** Kernel modules by name. */
  modules: ReadonlyMap<string, string>;
}

export async function buildInitramfs(sources: InitramfsSources): Promise<Buffer> {
  const entries: CpioEntry[] = ['bin', 'dev', 'proc', 'sys', 'root', 'modules', 'agent'].map((path) => ({
    path,
    mode: folderMode,
  }));
  entries.push({ path: 'init', mode: programMode, content: await readFile(join(sources.boot, 'init')) });
  entries.push({ path: 'bin/busybox', mode: programMode, content: await readFile(sources.busybox) });
  for (const [name, path] of sources.modules) {
    entries.push({ path: `modules/${name}.ko`, mode: fileMode, content: await readFile(path) });
  }
  const order = `${[...sources.modules.keys()].join('\n')}\n`;
  entries.push({ path: 'modules/order', mode: fileMode, content: Buffer.from(order) });
  entries.push(...(await agentEntries(sources.agent)));
  return writeCpio(entries);
}

/** Names an agent by its content; part of what names a template. */
export async function hashSources(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const [path, content] of await sourceFiles(folder))
      hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function agentEntries(folder: string): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = [];
  const made = new Set<string>();
  for (const [path, content] of await sourceFiles(folder)) {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const parent = parts.slice(0, depth).join('/');
      if (made.has(parent)) continue;
      made.add(parent);
      entries.push({ path: `agent/${parent}`, mode: folderMode });
    }
    entries.push({ path: `agent/${path}`, mode: fileMode, content });
  }
  return entries;
}

/** Sorted, without what tests and interpreters leave behind. */
async function sourceFiles(folder: string): Promise<[path: string, content: Buffer][]> {
  const paths = (await walkFolder(folder))
    .filter(({ entry }) => entry.isFile())
    .map(({ path }) => path)
    .filter((path) => !/(^|\/)(__pycache__|tests?)(\/|$)|(^|\/)test_[^/]*$|_test\.py$|\.pyc$/.test(path))
    .sort();
  return Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path))] as [string, Buffer]),
  );
}
