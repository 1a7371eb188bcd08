import { createHash } from 'node:crypto';
import { access, constants, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { probeArguments } from '../command-line.ts';
import { type QemuProgram, spawnQemu } from '../engine.ts';
import type { PreparationContext } from './context.ts';
import { fileMode, folderMode, programMode, writeCpio } from './cpio.ts';

export interface KvmVerdict {
  works: boolean;
  reason: string;
}

/** A kernel that runs under KVM says so in less than one second. */
const timeLimitMs = 10_000;

/**
 * Whether KVM runs a kernel here, found by running one: on some hosts /dev/kvm is there and every guest
 * hangs. The answer is kept for this processor, host kernel and QEMU.
 */
export async function probeKvm(
  qemu: QemuProgram,
  kernel: { kernel: string; busybox: string; init: string },
  context: PreparationContext,
): Promise<KvmVerdict> {
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { works: false, reason: absent ? '/dev/kvm is not there' : 'this user may not open /dev/kvm' };
  }
  const about = { cpu: cpus()[0]?.model ?? 'unknown', hostKernel: release(), qemu: qemu.version };
  const file = join(context.cacheDir, 'kvm', `${digest(JSON.stringify(about))}.json`);
  const known = await readFile(file, 'utf8').then(JSON.parse, () => null);
  if (known) return { works: known.works, reason: known.reason };

  const verdict = await runKernel(qemu, kernel, context);
  await mkdir(join(context.cacheDir, 'kvm'), { recursive: true });
  await writeFile(`${file}.partial`, `${JSON.stringify({ ...about, ...verdict }, null, 2)}\n`);
  await rename(`${file}.partial`, file);
  context.log('probed KVM', { ...verdict });
  return verdict;
}

async function runKernel(
  qemu: QemuProgram,
  files: { kernel: string; busybox: string; init: string },
  context: PreparationContext,
): Promise<KvmVerdict> {
  const folder = join(context.cacheDir, 'kvm', 'probe');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const initramfs = join(folder, 'initramfs');
  const output = join(folder, 'console');
  await writeFile(initramfs, await probeInitramfs(files));
  const log = await open(join(folder, 'log'), 'w');
  try {
    const args = probeArguments({ kernel: files.kernel, initramfs }, output);
    const started = await spawnQemu(qemu, { args, log: log.fd, leash: await context.tools.leash() });
    const timeout = new AbortController();
    const inTime = await Promise.race([
      started.ended.then(() => true),
      delay(timeLimitMs, false, { signal: timeout.signal }).catch(() => false),
    ]);
    timeout.abort();
    if (!inTime) {
      process.kill(started.pid, 'SIGKILL');
      await started.ended;
      return { works: false, reason: `a kernel started under KVM said nothing for ${timeLimitMs / 1000} s` };
    }
    if ((await readFile(output, 'utf8')).includes('instavm-probe-ok'))
      return { works: true, reason: 'KVM works' };
    const said = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n').at(-1);
    return { works: false, reason: `a kernel does not start under KVM${said ? `: ${said}` : ''}` };
  } finally {
    await log.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function probeInitramfs(files: { busybox: string; init: string }): Promise<Buffer> {
  const folders = ['bin', 'dev', 'proc', 'sys'].map((path) => ({ path, mode: folderMode }));
  return writeCpio([
    ...folders,
    { path: 'init', mode: programMode, content: await readFile(files.init) },
    { path: 'bin/busybox', mode: programMode, content: await readFile(files.busybox) },
    { path: 'modules', mode: folderMode },
    { path: 'modules/order', mode: fileMode, content: Buffer.alloc(0) },
  ]);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
