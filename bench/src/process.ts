import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Node's arguments of the server, its file last, as `npm start` uses them; `npm run bench` hands them in. */
export const serverCommand = JSON.parse(process.env.INSTAVM_BENCH_SERVER ?? '[]') as string[];

/** Runs a program of the project to its end and gives the JSON that it printed last. */
export async function runForJson<T>(file: string, args: string[] = [], nodeArgs: string[] = []): Promise<T> {
  const child = startNode([...nodeArgs, `${root}${file}`, ...args], {});
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}

/** A program in a process of its own that does one thing at a time when it is asked. */
export interface Helper<Ready> {
  ready: Ready;
  pid: number;
  /** From the start of its process to its first message. */
  startMs: number;
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a program that sends one message when it is ready and ends when its parent lets go. */
export async function startHelper<Ready>(
  file: string,
  args: string[] = [],
  options: { env?: Record<string, string>; nodeArgs?: string[] } = {},
): Promise<Helper<Ready>> {
  const started = performance.now();
  const child = fork(`${root}${file}`, args, {
    cwd: root,
    env: { ...process.env, ...options.env },
    execArgv: options.nodeArgs ?? [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const next = async <T>() => {
    const gone = new AbortController();
    const ended = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
      throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${complaints.slice(-500)}`);
    });
    const [message] = (await Promise.race([once(child, 'message', { signal: gone.signal }), ended])) as [T];
    ended.catch(() => {});
    gone.abort();
    return message;
  };
  const ready = await next<Ready>();
  return {
    ready,
    pid: child.pid!,
    startMs: performance.now() - started,
    ask<Answer>(message: object) {
      child.send(message);
      return next<Answer>();
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** `command` is Node's arguments. */
export function startNode(command: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
