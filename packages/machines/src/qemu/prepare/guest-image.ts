import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRecipe } from '@instavm/guest/image';
import type { HostTools } from '../host-tools.ts';
import { makeExt4 } from './ext4.ts';
import { completeRoot, recordPackages } from './root-files.ts';
import { mergeUsr, unpackPackages } from './unpack.ts';
import { walkFolder } from './walk-folder.ts';

/** Files of the two artifacts that a machine boots from. */
export const kernelFiles = { kernel: 'vmlinuz', busybox: 'busybox', modules: 'modules' } as const;
export const rootFile = 'root.ext4';

/** Takes kernel, modules and busybox out of their packages; quick, and enough to probe for KVM. */
export async function unpackKernel(
  folder: string,
  archives: readonly string[],
  modules: readonly string[],
  tools: HostTools,
): Promise<string[]> {
  const tree = join(folder, 'tree');
  await mkdir(tree);
  await unpackPackages(archives, tree, tools, {});
  await mergeUsr(tree);
  const kernel = (await readdir(join(tree, 'boot'))).find((name) => name.startsWith('vmlinuz-'));
  if (!kernel) throw new Error(`${archives.join(', ')} hold no kernel`);
  await rename(join(tree, 'boot', kernel), join(folder, kernelFiles.kernel));
  await rename(join(tree, 'usr/bin/busybox'), join(folder, kernelFiles.busybox));
  await mkdir(join(folder, kernelFiles.modules));
  const modulesTree = join(tree, 'usr/lib/modules');
  for (const { path, entry } of await walkFolder(modulesTree)) {
    if (!entry.isFile() || !modules.includes(entry.name.replace(/\.ko$/, ''))) continue;
    await rename(join(modulesTree, path), join(folder, kernelFiles.modules, entry.name));
  }
  await rm(tree, { recursive: true });
  return [kernelFiles.kernel, kernelFiles.busybox, ...modules.map((name) => modulePath(name))];
}

export function modulePath(name: string): string {
  return join(kernelFiles.modules, `${name}.ko`);
}

export interface RootInputs {
  recipe: ImageRecipe;
  overlay: string;
  archives: readonly string[];
  tools: HostTools;
  signal?: AbortSignal | undefined;
  report(fraction: number | null): void;
}

/** Unpacks the packages and writes the root file system. */
export async function buildRoot(folder: string, inputs: RootInputs): Promise<string[]> {
  const { tools, signal, recipe } = inputs;
  const tree = join(folder, 'tree');
  await mkdir(tree);
  const total = inputs.archives.length;
  const contents = await unpackPackages(inputs.archives, tree, tools, {
    signal,
    report: (done) => inputs.report(done / total),
  });
  inputs.report(null);
  await mergeUsr(tree);
  await completeRoot(tree, { links: recipe.links, overlay: inputs.overlay });
  await recordPackages(tree, contents, tools);
  await compilePython(tree, tools, signal);
  await makeExt4(tree, join(folder, rootFile), recipe.diskMb, tools);
  await rm(tree, { recursive: true });
  return [rootFile];
}

/**
 * Compiles the standard library and pip with the machine's own Python, run here through its own loader: one
 * second now, against seconds at the first import inside an emulated machine.
 */
async function compilePython(tree: string, tools: HostTools, signal?: AbortSignal): Promise<void> {
  const library = join(tree, 'usr/lib');
  const version = (await readdir(library)).find((name) => /^python3\.\d+$/.test(name));
  if (!version) return;
  await tools.run({
    // This process's umask would make the results unreadable for everybody but root.
    command: '/bin/sh',
    args: [
      ...['-c', 'umask 022 && exec "$0" "$@"', join(tree, 'usr/lib64/ld-linux-x86-64.so.2')],
      ...['--library-path', join(tree, 'usr/lib/x86_64-linux-gnu'), join(tree, 'usr/bin', version)],
      ...[
        '-I',
        '-m',
        'compileall',
        '-q',
        '-j',
        '0',
        '-s',
        tree,
        '-x',
        '/(tests?|lib2to3|idlelib|turtledemo)/',
      ],
      ...[join(library, version), join(library, 'python3/dist-packages')],
    ],
    env: { PYTHONHOME: join(tree, 'usr'), LC_ALL: 'C.UTF-8' },
    signal,
    onLine: () => {},
  });
}
