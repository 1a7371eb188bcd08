import { spawn } from 'node:child_process';
import type { HostTools } from './host-tools.ts';

/** A QEMU that can be started. */
export interface QemuProgram {
  command: string;
  /** Words before QEMU's own. */
  prefix: readonly string[];
  env: Record<string, string>;
  version: string;
}

/** The files of one image, ready to boot. */
export interface GuestImage {
  /** Names the content of kernel and root file system. */
  key: string;
  kernel: string;
  root: string;
  initramfs: string;
  /** Names the content of the initramfs, the agent with it. */
  initramfsKey: string;
  diskMb: number;
}

/** What preparation makes; everything a template needs. */
export interface Engine {
  qemu: QemuProgram;
  image: GuestImage;
  isolation: 'kvm' | 'emulated';
  /** Why it is emulated, for people. */
  isolationReason: string;
}

export async function readQemuVersion(
  program: Omit<QemuProgram, 'version'>,
  tools: HostTools,
): Promise<string> {
  const output = await tools.run({
    command: program.command,
    args: [...program.prefix, '--version'],
    env: program.env,
  });
  // `QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`: the package's revision counts too.
  return output.split('\n')[0]!.replace('QEMU emulator version ', '').trim();
}

export interface SpawnedQemu {
  pid: number;
  /** Resolves when the process has ended and is reaped. */
  ended: Promise<void>;
}

export interface SpawnQemu {
  args: readonly string[];
  /** Descriptor that takes what QEMU itself says. */
  log: number;
  /** Descriptor that QEMU sees as 3. */
  stateFile?: number;
  /** Words that tie QEMU to this process. Undefined for a machine, which outlives it and does not keep it alive. */
  leash?: readonly string[];
}

/** Starts QEMU in a session of its own, so that no signal meant for this process reaches it. */
export function spawnQemu(program: QemuProgram, start: SpawnQemu): Promise<SpawnedQemu> {
  const [command, ...args] = [...(start.leash ?? []), program.command, ...program.prefix, ...start.args];
  const child = spawn(command!, args, {
    detached: true,
    cwd: '/',
    env: program.env,
    stdio: ['ignore', start.log, start.log, ...(start.stateFile === undefined ? [] : [start.stateFile])],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (!start.leash) child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve({ pid: child.pid!, ended }));
  });
}
