import { BootstrapError } from './bootstrap.mjs';

/** The one place where a script of this folder reports a failure and sets its exit code. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${error instanceof BootstrapError ? error.message : (error.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
