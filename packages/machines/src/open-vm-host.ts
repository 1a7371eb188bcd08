import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import type { VmDriver } from './driver-port.ts';
import { FakeDriver } from './fake/driver.ts';
import { defaultMemoryBudgetMb } from './host/capacity.ts';
import { EmbeddedVmHost } from './host/embedded-host.ts';
import { loadIdentity } from './host/host-identity.ts';
import type { HostLog } from './host-log.ts';
import type { EngineProgress, VmHost } from './host-port.ts';
import { GovernedDriver } from './lifecycle.ts';
import { openQemuDriver } from './qemu/open-qemu-driver.ts';

export interface OpenVmHostOptions {
  /** `auto` is `qemu`. */
  driver: 'auto' | 'qemu' | 'fake';
  /** Holds what belongs to this host's machines. */
  dataDir: string;
  /** Holds what is shared by all data folders of this user: QEMU, image, templates. */
  cacheDir: string;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Monotonic milliseconds. */
  clockMs?: () => number;
  randomBytes?: (size: number) => Uint8Array;
  log: HostLog;
  /** PATH and proxies for apt-get and the like; this process's own when left out. */
  env?: NodeJS.ProcessEnv;
  /** Memory that all machines together may have; 80 % of the host's when left out. */
  memoryBudgetMb?: number;
}

export interface OpenedVmHost {
  readonly host: VmHost;
  /** Called at each step of the preparation. */
  onProgress: (progress: EngineProgress) => void;
  /** Makes the engine ready, in the background of everything else. Never throws: `hello()` says how it went. */
  prepare(): Promise<void>;
  /** Ends machines whose lifetime is over at `nowMs`. Call it regularly. Answers their ids. */
  sweep(nowMs: number): Promise<string[]>;
  /** Ends what this process holds. Machines go on. */
  close(): Promise<void>;
}

/** The machine host inside this process, with the machines that run already. */
export async function openVmHost(options: OpenVmHostOptions): Promise<OpenedVmHost> {
  const now = options.now ?? Date.now;
  const random = options.randomBytes ?? randomBytes;
  const opened: Pick<OpenedVmHost, 'onProgress'> = { onProgress: () => {} };
  const engine = await openDriver(options, now, random, (progress) => opened.onProgress(progress));
  const driver = new GovernedDriver(engine.driver);
  const host = await EmbeddedVmHost.open({
    driver,
    dataDir: options.dataDir,
    identity: await loadIdentity(options.dataDir, randomUUID),
    bootId: randomUUID(),
    vcpus: availableParallelism(),
    memoryBudgetMb: options.memoryBudgetMb ?? defaultMemoryBudgetMb(totalmem()),
    now,
    log: options.log,
  });
  return Object.assign(opened, {
    host,
    prepare: engine.prepare,
    sweep: (nowMs: number) => host.sweep(nowMs),
    async close() {
      engine.stop();
      await driver.close();
    },
  });
}

interface OpenedDriver {
  driver: VmDriver;
  prepare(): Promise<void>;
  stop(): void;
}

async function openDriver(
  options: OpenVmHostOptions,
  now: () => number,
  random: (size: number) => Uint8Array,
  onProgress: (progress: EngineProgress) => void,
): Promise<OpenedDriver> {
  if (options.driver === 'fake') {
    const driver = new FakeDriver();
    return { driver, prepare: async () => {}, stop: () => {} };
  }
  const { driver, engine } = await openQemuDriver({
    ...{ dataDir: options.dataDir, cacheDir: options.cacheDir, env: options.env ?? process.env, onProgress },
    ...{ uid: process.getuid?.() ?? 0, architecture: process.arch },
    now: () => new Date(now()),
    clockMs: options.clockMs ?? (() => performance.now()),
    randomBytes: (size) => Buffer.from(random(size)),
    log: (message, detail) => options.log.info(detail ?? {}, message),
  });
  return { driver, prepare: () => engine.prepare(), stop: () => engine.close() };
}
