import { mkdir, readFile } from 'node:fs/promises';
import type { EngineProgress } from '../host-port.ts';
import { QemuDriver } from './driver.ts';
import { EngineKeeper } from './engine-keeper.ts';
import { hostTools } from './host-tools.ts';
import { CgroupExit } from './leave-cgroup.ts';
import { removeStaleSockets } from './socket-folder.ts';

export interface OpenQemuOptions {
  dataDir: string;
  /** Shared by all data folders of this user. */
  cacheDir: string;
  /** The environment's variables: PATH, proxies. Programs of the host are given them, machines are not. */
  env: NodeJS.ProcessEnv;
  uid: number;
  architecture: string;
  now: () => Date;
  /** Monotonic milliseconds. */
  clockMs: () => number;
  randomBytes: (size: number) => Buffer;
  log: (message: string, detail?: Record<string, unknown>) => void;
  onProgress: (progress: EngineProgress) => void;
}

export interface OpenedQemu {
  driver: QemuDriver;
  engine: EngineKeeper;
}

/** The driver with the machines that run already; the engine is not prepared yet. */
export async function openQemuDriver(options: OpenQemuOptions): Promise<OpenedQemu> {
  for (const folder of [options.dataDir, options.cacheDir])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  const tools = hostTools(options.env.PATH ?? '', options.env);
  const engine = new EngineKeeper({ ...options, tools });
  const runAs = options.uid === 0 && (await hasUser('nobody')) ? 'nobody' : null;
  const cgroups = await CgroupExit.open();
  const driver = new QemuDriver({ ...options, engine, cgroups, runAs });
  const adopted = await driver.adoptAll();
  if (adopted > 0) options.log('took up running machines', { machines: adopted });
  const tidied = [removeStaleSockets(options.uid, options.now().getTime()), cgroups.removeEmpty()];
  Promise.all(tidied).catch((error) =>
    options.log('what hosts before left was not removed', { reason: String(error) }),
  );
  return { driver, engine };
}

async function hasUser(name: string): Promise<boolean> {
  return (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .some((line) => line.startsWith(`${name}:`));
}
