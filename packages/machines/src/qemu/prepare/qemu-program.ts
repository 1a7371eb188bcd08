import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type QemuProgram, readQemuVersion } from '../engine.ts';
import type { HostTools } from '../host-tools.ts';

export const qemuName = 'qemu-system-x86_64';

/** What a private QEMU is unpacked from. */
export const qemuPackages = ['qemu-system-x86', 'seabios'] as const;

/** The machine's own QEMU, or null. */
export async function installedQemu(tools: HostTools, env: NodeJS.ProcessEnv): Promise<QemuProgram | null> {
  const command = await tools.find(qemuName);
  if (!command) return null;
  const program = { command, prefix: [], env: { PATH: env.PATH ?? '' } };
  return { ...program, version: await readQemuVersion(program, tools) };
}

/**
 * A QEMU unpacked into `folder`. It is started through the C library's loader that came with it, because
 * the one of this machine may be of another version.
 */
export async function privateQemu(folder: string, tools: HostTools): Promise<QemuProgram> {
  const libraries = await libraryFolders(folder);
  const loader = join(folder, 'lib64/ld-linux-x86-64.so.2');
  await access(loader);
  const program = {
    command: loader,
    prefix: [
      ...['--library-path', libraries.join(':'), join(folder, 'usr/bin', qemuName)],
      ...['-L', join(folder, 'usr/share/qemu'), '-L', join(folder, 'usr/share/seabios')],
    ],
    env: { QEMU_MODULE_DIR: join(folder, 'usr/lib/x86_64-linux-gnu/qemu') },
  };
  return { ...program, version: await readQemuVersion(program, tools) };
}

async function libraryFolders(folder: string): Promise<string[]> {
  const folders = [join(folder, 'usr/lib/x86_64-linux-gnu'), join(folder, 'lib/x86_64-linux-gnu')];
  // pulseaudio's private library is found by a path inside the program elsewhere.
  const nested = await readdir(folders[0]!, { withFileTypes: true });
  for (const entry of nested) {
    if (entry.isDirectory() && entry.name === 'pulseaudio') folders.push(join(folders[0]!, entry.name));
  }
  return folders;
}
