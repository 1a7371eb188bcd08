import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ToolRun {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  input?: string;
  signal?: AbortSignal | undefined;
  /** Called for each line of standard output; without it the output is returned. */
  onLine?: (line: string) => void;
  /** Called for each line written to descriptor 3, where some tools report their progress. */
  onStatusLine?: (line: string) => void;
}

/** A program of the host that did not end well. The message is fit for people. */
export class ToolError extends Error {
  override name = 'ToolError';
  readonly command: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(command: string, exitCode: number | null, reason: string, stderr: string) {
    super(`${command} ${reason}`);
    this.command = command;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

const outputLimitBytes = 8 * 1024 * 1024;
const stderrLimitBytes = 16 * 1024;

/** Runs a program of the host to its end; answers its standard output. Throws ToolError. */
export async function runTool(run: ToolRun): Promise<string> {
  const child = spawn(run.command, run.args, {
    cwd: run.cwd,
    env: run.env,
    stdio: [
      run.input === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      run.onStatusLine ? 'pipe' : 'ignore',
    ],
    ...(run.signal ? { signal: run.signal } : {}),
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // Without a listener a failed spawn would end this process before `ended` is awaited.
  ended.catch(() => {});

  let stdout = '';
  let stderr = '';
  const { onLine, onStatusLine } = run;
  const readers: Promise<void>[] = [];
  if (onLine) readers.push(eachLine(child.stdout as Readable, onLine));
  else {
    (child.stdout as Readable).setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < outputLimitBytes) stdout += text;
    });
  }
  (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrLimitBytes);
  });
  if (onStatusLine) readers.push(eachLine(child.stdio[3] as Readable, onStatusLine));
  if (run.input !== undefined) {
    child.stdin?.on('error', () => {});
    child.stdin?.end(run.input);
  }

  let result: { code: number | null; signal: string | null };
  try {
    result = await ended;
    await Promise.all(readers);
  } catch (error) {
    if (run.signal?.aborted) throw run.signal.reason;
    const code = (error as NodeJS.ErrnoException).code;
    throw new ToolError(run.command, null, code === 'ENOENT' ? 'is not installed' : String(error), stderr);
  }
  if (result.code === 0) return stdout;
  const reason = result.signal ? `was ended by ${result.signal}` : `ended with exit code ${result.code}`;
  throw new ToolError(run.command, result.code, reason, stderr);
}

async function eachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) take(line);
}
