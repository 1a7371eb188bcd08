import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestScope } from './folder.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The program as it runs; whoever starts it ends it. */
export function spawnProgram(args: string[], env: Record<string, string> = {}): ChildProcess {
  const { PATH = '', HOME = '/' } = process.env;
  return spawn(process.execPath, [MAIN, ...args], { env: { PATH, HOME, INSTAVM_VM_DRIVER: 'fake', ...env } });
}

/** Runs the program to its end. `input` is its standard input. */
export async function runProgram(
  args: string[],
  env: Record<string, string> = {},
  input = '',
): Promise<Ended> {
  const child = spawnProgram(args, env);
  const ended = { code: null as number | null, stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => (ended.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text) => (ended.stderr += text));
  child.stdin!.on('error', () => {}).end(input);
  [ended.code] = await once(child, 'close');
  return ended;
}

/** The server as a process of its own, once it answers. It is killed after the test. */
export async function startProgram(
  t: TestScope,
  dataDir: string,
  args = ['--port', '0'],
  env: Record<string, string> = {},
) {
  const child = spawnProgram(['--data-dir', dataDir, ...args], env);
  const exited = once(child, 'close') as Promise<[number | null]>;
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let stdout = '';
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => (stderr += text));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      const address = /running at (\S+)\n/.exec(stdout)?.[1];
      if (address && stdout.includes('\n\n')) resolve(address);
    });
    exited.then(() => reject(new Error(`the server ended: ${stderr}`)));
  });
  return {
    url,
    pid: child.pid!,
    output: () => stdout,
    log: () => stderr,
    /** Sends a signal and does not wait for what it does. */
    signal: (name: NodeJS.Signals) => child.kill(name),
    async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
      child.kill(signal);
      return (await exited)[0];
    },
  };
}
