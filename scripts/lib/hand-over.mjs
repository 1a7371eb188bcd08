import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { whenNpmEnds } from './npm-parent.mjs';
import { modules } from './paths.mjs';

const passedOn = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * Becomes the other program as far as Node allows: its input and output are ours, signals go on to it, and
 * this process ends as it ends.
 * @param {string} node
 * @param {string[]} args
 */
export function handOver(node, args) {
  const child = spawn(node, args, { stdio: 'inherit', env: productEnvironment() });
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to both of us; sending it on as well would be a second one.
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => hasTerminal || child.kill('SIGINT'));
  whenNpmEnds(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`Cannot run ${node}: ${error.message}\n`);
    process.exitCode = 126;
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

/** The compile cache saves about a third of the start of a TypeScript program. */
export function productEnvironment() {
  return { NODE_COMPILE_CACHE: join(modules, '.cache', 'compile'), ...process.env };
}
