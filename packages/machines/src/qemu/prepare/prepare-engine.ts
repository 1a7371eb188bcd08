import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentFolder, bootFolder, imageRecipe, rootFolder } from '@instavm/guest/image';
import type { Engine, GuestImage, QemuProgram } from '../engine.ts';
import { withLock } from '../exclusive-lock.ts';
import { type ArtifactManifest, makeArtifact, readArtifact, touchArtifact } from './artifact.ts';
import type { PreparationContext } from './context.ts';
import { dropUnused } from './drop-unused.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { type FetchedPackages, fetchPackages } from './fetch-packages.ts';
import { buildRoot, kernelFiles, modulePath, rootFile, unpackKernel } from './guest-image.ts';
import { buildInitramfs, hashSources } from './initramfs.ts';
import { probeKvm } from './kvm-probe.ts';
import { installedQemu, privateQemu, qemuName, qemuPackages } from './qemu-program.ts';
import { unpackPackages } from './unpack.ts';

type SetName = 'image' | 'kernel' | 'qemu';
type Fetch = () => Promise<FetchedPackages<SetName>>;

/**
 * Brings everything a template is made from, fetching and building what the cache lacks. One process at a
 * time does it; the others wait and find it done. Throws EngineUnavailable.
 */
export async function prepareEngine(context: PreparationContext): Promise<Engine> {
  if (context.architecture !== 'x64') {
    throw new EngineUnavailable(
      `machines on ${context.architecture} hosts are not supported yet. Use a host with an x86-64 processor`,
    );
  }
  await mkdir(join(context.cacheDir, 'locks'), { recursive: true, mode: 0o700 });
  return withLock(join(context.cacheDir, 'locks', 'prepare'), context.signal, () => prepareLocked(context));
}

async function prepareLocked(context: PreparationContext): Promise<Engine> {
  const installed = await installedQemu(context.tools, context.env);
  let fetched: Promise<FetchedPackages<SetName>> | null = null;
  // Only what the cache lacks is worth a look at the network.
  const fetch: Fetch = () => {
    fetched ??= fetchPackages<SetName>(
      {
        kernel: [imageRecipe.kernelPackage, 'busybox-static'],
        qemu: installed ? [] : qemuPackages,
        image: imageRecipe.packages,
      },
      context,
    );
    return fetched;
  };

  const release = await readRelease();
  const kernel = await kernelArtifact(release, fetch, context);
  const qemuAndKvm = async () => {
    const qemu = installed ?? (await qemuArtifact(release, fetch, context));
    const files = {
      kernel: join(kernel.folder, kernelFiles.kernel),
      busybox: join(kernel.folder, kernelFiles.busybox),
      init: join(bootFolder, 'init'),
    };
    return { qemu, kvm: await probeKvm(qemu, files, context) };
  };
  // Side by side: unpacking uses one processor, and where KVM hangs its probe waits for the time limit.
  const [{ qemu, kvm }, root] = await bothEnd(qemuAndKvm(), rootArtifact(release, fetch, context));
  const image = await assembleImage(kernel, root, context);
  if (fetched) await (await (fetched as Promise<FetchedPackages<SetName>>)).discard();
  const dropped = await dropUnused(context.cacheDir);
  if (dropped.length > 0) context.log('dropped what was used longest ago', { dropped });
  return { qemu, image, isolation: kvm.works ? 'kvm' : 'emulated', isolationReason: kvm.reason };
}

/** As Promise.all, but nothing is left running when one of them fails: the next attempt would meet it. */
async function bothEnd<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

interface Made {
  folder: string;
  manifest: ArtifactManifest;
}

async function kernelArtifact(release: string, fetch: Fetch, context: PreparationContext): Promise<Made> {
  const { kernelPackage, kernelModules } = imageRecipe;
  const inputs = { release, kernelPackage, kernelModules, version: 1 };
  return findOrMake('kernels', inputs, context, async (folder) => {
    const { planned, archives } = (await fetch()).sets.kernel;
    const wanted = planned.filter(
      ({ name }) => name === 'busybox-static' || (name.startsWith('linux-image-') && name !== kernelPackage),
    );
    const files = wanted.map((one) => archives[planned.indexOf(one)]!);
    return {
      files: await unpackKernel(folder, files, kernelModules, context.tools),
      inputs: { packages: wanted.map((one) => one.file) },
    };
  });
}

async function qemuArtifact(
  release: string,
  fetch: Fetch,
  context: PreparationContext,
): Promise<QemuProgram> {
  const { folder } = await findOrMake(
    'qemu',
    { release, packages: qemuPackages, version: 1 },
    context,
    async (to) => {
      const { planned, archives } = (await fetch()).sets.qemu;

      await unpackPackages(archives, to, context.tools, {
        signal: context.signal,
      });
      return {
        files: [join('usr/bin', qemuName), 'usr/share/seabios/bios-256k.bin'],
        inputs: { files: planned.map((one) => one.file) },
      };
    },
  );
  return privateQemu(folder, context.tools);
}

async function rootArtifact(release: string, fetch: Fetch, context: PreparationContext): Promise<Made> {
  const { version, packages, links, diskMb } = imageRecipe;
  const inputs = { release, version, packages, links, diskMb, overlay: await hashSources([rootFolder]) };
  return findOrMake('images', inputs, context, async (folder) => {
    const { planned, archives } = (await fetch()).sets.image;
    const files = await buildRoot(folder, {
      recipe: imageRecipe,
      overlay: rootFolder,
      archives,
      tools: context.tools,
      signal: context.signal,
      report: (fraction) => context.progress.report('build', { fraction }),
    });
    return { files, inputs: { debs: planned.map((one) => one.file) } };
  });
}

async function findOrMake(
  kind: string,
  inputs: Record<string, unknown>,
  context: PreparationContext,
  make: (folder: string) => Promise<{ files: readonly string[]; inputs?: Record<string, unknown> }>,
): Promise<Made> {
  const key = digest(JSON.stringify(inputs));
  const folder = join(context.cacheDir, kind, key);
  const found = await readArtifact(folder, key);
  if (found) {
    await touchArtifact(folder, context.now());
    return { folder, manifest: found };
  }
  const { now, signal } = context;
  return { folder, manifest: await makeArtifact({ folder, key, inputs, now, signal, make }) };
}

/** The initramfs is small and quick to write, so it is written anew whenever its bytes differ. */
async function assembleImage(kernel: Made, root: Made, context: PreparationContext): Promise<GuestImage> {
  const initramfs = await buildInitramfs({
    boot: bootFolder,
    agent: agentFolder,
    busybox: join(kernel.folder, kernelFiles.busybox),
    modules: new Map(imageRecipe.kernelModules.map((name) => [name, join(kernel.folder, modulePath(name))])),
  });
  const initramfsKey = digest(initramfs);
  const path = join(context.cacheDir, 'initramfs', `${initramfsKey}.cpio`);
  const there = await stat(path).catch(() => null);
  if (there?.size !== initramfs.length) {
    await mkdir(join(context.cacheDir, 'initramfs'), { recursive: true });
    await writeFile(`${path}.partial`, initramfs);
    await rename(`${path}.partial`, path);
  }
  await touchArtifact(path, context.now());
  return {
    key: digest(JSON.stringify([hashes(kernel.manifest), hashes(root.manifest)])),
    kernel: join(kernel.folder, kernelFiles.kernel),
    root: join(root.folder, rootFile),
    initramfs: path,
    initramfsKey,
    diskMb: imageRecipe.diskMb,
  };
}

function hashes(manifest: ArtifactManifest): string[] {
  return Object.entries(manifest.files).map(([name, record]) => `${name} ${record.sha256}`);
}

/** `debian 12`: packages of another release make another image. */
async function readRelease(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? 'unknown';
  return `${field('ID')} ${field('VERSION_ID')}`;
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
