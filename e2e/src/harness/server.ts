import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcessesOf } from './leftovers.ts';
import { cacheHome, serverMain } from './paths.ts';
import { type Outcome, plainEnvironment, type RunOptions, run } from './program.ts';
import { until } from './until.ts';

export type Driver = 'qemu' | 'fake';

export interface ServerOptions {
  driver?: Driver;
  /** An existing folder is kept at the end; by default a new one is made and removed. */
  dataDir?: string;
  env?: NodeJS.ProcessEnv;
  args?: string[];
}

/** A server process of its own, on a free port and a data folder of its own. */
export interface TestServer {
  url: string;
  dataDir: string;
  driver: Driver;
  /** The one-time link, as printed; null when the folder has people already. */
  firstRunLink: string | null;
  /** What it printed so far. */
  output(): { stdout: string; stderr: string };
  /** SIGTERM, and the exit code. Machines stay, as with every stop of the product. */
  stop(): Promise<number>;
  /** SIGKILL: no chance to put anything in order. */
  kill(): Promise<void>;
  /** Stops it, ends its machines and removes its folder. */
  remove(): Promise<void>;
}

/** What a run of this folder's tests uses for machines; `fake` is quicker where QEMU is not what is tested. */
export const defaultDriver = (): Driver => (process.env.E2E_DRIVER === 'fake' ? 'fake' : 'qemu');

export function serverEnvironment(
  dataDir: string,
  driver: Driver,
  extra: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  const home = join(dataDir, '..');
  return plainEnvironment({
    HOME: home,
    XDG_CACHE_HOME: cacheHome,
    INSTAVM_DATA_DIR: dataDir,
    INSTAVM_VM_DRIVER: driver,
    ...extra,
  });
}

/** A short folder of its own for one server: sockets have short paths. */
export async function newDataDir(): Promise<string> {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'ivm-e2e-')), 'data');
  await mkdir(dataDir, { mode: 0o700 });
  return dataDir;
}

/** Starts a server and answers once it listens. @throws with its output when it ends instead */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { driver = defaultDriver(), args = [] } = options;
  const dataDir = options.dataDir ?? (await newDataDir());
  const child = spawn(process.execPath, [serverMain, '--port', '0', ...args], {
    env: serverEnvironment(dataDir, driver, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 137)));
  let exit: number | undefined;
  void ended.then((code) => {
    exit = code;
  });
  const url = await until(
    'the server prints its address',
    () => {
      if (exit !== undefined)
        throw new Error(`The server ended with ${exit}:\n${output.stdout}${output.stderr}`);
      return /running at (https?:\S+)/.exec(output.stdout)?.[1];
    },
    60,
  );
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return {
    url,
    dataDir,
    driver,
    firstRunLink: output.stdout.split('\n').find((line) => line.includes('/first-run#token=')) ?? null,
    output: () => ({ ...output }),
    stop,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async remove() {
      await stop();
      await endProcessesOf(dataDir);
      if (!options.dataDir) await rm(join(dataDir, '..'), { recursive: true, force: true });
    },
  };
}

/** Waits for the machine engine. The first run on a computer fetches the image: minutes, not seconds. */
export async function whenReady(server: Pick<TestServer, 'url'>, timeoutSeconds = 480): Promise<void> {
  await until(
    'the machine engine is ready',
    async () => {
      const answer = await fetch(`${server.url}/readyz`);
      const { ready, vm } = (await answer.json()) as {
        ready: boolean;
        vm: { state: string; detail: string | null };
      };
      if (vm.state === 'unavailable') throw new Error(`No machines here: ${vm.detail}`);
      return ready || undefined;
    },
    timeoutSeconds,
  );
}

/** The operator's tool on the server's folder, whether or not the server runs. */
export function instavmd(
  server: Pick<TestServer, 'dataDir'>,
  args: string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const env = plainEnvironment({ HOME: join(server.dataDir, '..'), INSTAVM_DATA_DIR: server.dataDir });
  return run(process.execPath, [serverMain, ...args], { env, ...options });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  return output;
}
