import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Io, Output } from '../io.ts';
import { run } from '../run.ts';

export interface CliOptions {
  home: string;
  env?: Record<string, string>;
  stdin?: string;
  /** Streams that say they are a terminal. */
  tty?: ('stdin' | 'stdout' | 'stderr')[];
  signal?: AbortSignal;
  /** Told of each text on stderr as it comes. */
  onStderr?: (text: string) => void;
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process, with streams and environment of its own. */
export async function cli(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  const { home, env = {}, stdin = '', tty = [], signal = new AbortController().signal } = options;
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    isTTY: tty.includes(name),
    write: (text) => {
      written[name] += text;
      if (name === 'stderr') options.onStderr?.(text);
    },
  });
  const io: Io = {
    env,
    home,
    uid: process.getuid?.() ?? null,
    stdin: Object.assign(Readable.from([Buffer.from(stdin)]), { isTTY: tty.includes('stdin') }),
    stdout: output('stdout'),
    stderr: output('stderr'),
    promptOutput: new Writable({ write: (_, __, done) => done() }) as unknown as NodeJS.WriteStream,
    signal,
    now: () => Date.now(),
  };
  const code = await run(argv, io);
  return { code, ...written };
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Runs a command line as a process of its own. */
export function cliProcess(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  const { home, env = {}, stdin = '' } = options;
  const child = spawn(process.execPath, [MAIN, ...argv], {
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: 'pipe',
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  // A command that does not read its input may end before it has taken it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, ...written }));
  });
}
