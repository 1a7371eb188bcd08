import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTools } from '../host-tools.ts';
import { EngineUnavailable } from './engine-unavailable.ts';

/** Unpacks packages into a folder in their order; answers the names of what each holds, as dpkg lists them. */
export async function unpackPackages(
  archives: readonly string[],
  folder: string,
  tools: HostTools,
  options: { signal?: AbortSignal | undefined; report?: (done: number) => void },
): Promise<Map<string, string[]>> {
  const dpkgDeb = await tools.find('dpkg-deb');
  if (!dpkgDeb) throw new EngineUnavailable('dpkg-deb is not installed. Use a Debian host');
  const contents = new Map<string, string[]>();
  let done = 0;
  for (const archive of archives) {
    const output = await tools.run({
      command: dpkgDeb,
      args: ['--vextract', archive, folder],
      env: { LC_ALL: 'C.UTF-8' },
      signal: options.signal,
    });
    contents.set(archive, output.split('\n').filter(Boolean));
    options.report?.(++done);
  }
  return contents;
}

/**
 * Moves `bin`, `sbin` and `lib*` under `usr` and leaves links, as every Debian of today has it. Packages of
 * Debian 12 still bring files in both places and leave the merge to the installer.
 */
export async function mergeUsr(root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    if (!(await isFolder(root, name))) continue;
    await mergeFolder(join(root, name), join(root, 'usr', name));
    await symlink(`usr/${name}`, join(root, name));
  }
}

async function mergeFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    return;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await mergeFolder(source, target);
    else await rename(source, target);
  }
  await rm(from, { recursive: true, force: true });
}

async function isFolder(root: string, name: string): Promise<boolean> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.some((entry) => entry.name === name && entry.isDirectory());
}
