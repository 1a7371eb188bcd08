import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { problemOf } from './finding.ts';

export interface GitProcess {
  stdin: Writable;
  stdout: Readable;
  /** Rejects with what git said when it fails. */
  ended: Promise<void>;
}

/** Starts git in a folder. Plumbing alone is run: it takes nothing that executes from the repository's settings. */
export type Git = (...args: string[]) => GitProcess;

export function gitIn(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Git {
  // Inside a hook these name another repository than the folder's.
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_PREFIX, ...others } = env;
  const settings = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };
  return (...args) => {
    const child = spawn('git', ['-C', folder, '--no-replace-objects', ...args], {
      env: { ...others, ...settings },
      stdio: 'pipe',
      signal,
    });
    // A git that ends early closes its input.
    child.stdin.on('error', () => undefined);
    return { stdin: child.stdin, stdout: child.stdout, ended: endOf(child) };
  };
}

function endOf(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 1000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('git is not installed') : new Error(problemOf(error))),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.split('\n')[0]?.replace(/^fatal: /, '') || `git ended with ${code}`));
    });
  });
  // It is awaited after the output has been read.
  ended.catch(() => undefined);
  return ended;
}

/** All that a short command prints. */
export async function outputOf({ stdout, stdin, ended }: GitProcess): Promise<string> {
  stdin.end();
  let text = '';
  for await (const chunk of stdout.setEncoding('utf8')) text += chunk as string;
  await ended;
  return text;
}
