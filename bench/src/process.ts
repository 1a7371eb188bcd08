import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a program of the project to its end and gives the JSON that it printed last. */
export async function runForJson<T>(
  file: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<T> {
  const child = start(file, args, env);
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}

/** Starts a program that prints one line of JSON when it is ready and ends when its standard input does. */
export async function startServing<T>(
  file: string,
  args: string[] = [],
): Promise<{ ready: T; stop(): Promise<void> }> {
  const child = start(file, args, {});
  const ready = await new Promise<T>((resolve, reject) => {
    let output = '';
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes('\n')) resolve(JSON.parse(output) as T);
    });
  });
  return {
    ready,
    async stop() {
      child.stdin!.end();
      await once(child, 'exit');
    },
  };
}

export function start(file: string, args: string[], env: Record<string, string>): ChildProcess {
  return startNode([`${root}${file}`, ...args], env);
}

/** `command` is Node's arguments. */
export function startNode(command: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
