import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';

export interface Outcome {
  /** Exit code; 128 and above when a signal ended it. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** What it reads on standard input, which is a pipe that ends. */
  input?: string;
  cwd?: string;
  timeoutSeconds?: number;
}

/** Runs a program to its end. A failing one is an outcome, not an error. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const { env = process.env, input = '', cwd, timeoutSeconds = 120 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL' });
    const outcome = { code: 0, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      outcome.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      outcome.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ ...outcome, code: code ?? (signal === 'SIGKILL' ? 137 : 143) }),
    );
    // A program that ends without reading closes the pipe first.
    child.stdin.on('error', () => {}).end(input);
  });
}

/** Runs a program that must succeed. @throws with all that it printed */
export async function mustRun(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}

/** The environment that programs need anywhere, without any setting of the product. */
export function plainEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const needed =
    /^(PATH|LANG|LC_ALL|TMPDIR|TZ|USER|NODE_COMPILE_CACHE|.*(_CERT|_CA_BUNDLE|SSL_CERT_FILE|CA_CERTS)|.*_proxy)$/i;
  const kept = Object.entries(process.env).filter(
    ([name]) => needed.test(name) && !name.startsWith('INSTAVM_'),
  );
  return { ...Object.fromEntries(kept), PATH: callersPath(), ...extra };
}

/** Without what npm puts in front of it: a launcher there stands between a signal and its process. */
function callersPath(): string {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules') && !folder.endsWith('node-gyp-bin'))
    .join(delimiter);
}
