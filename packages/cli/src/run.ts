import { CommanderError } from 'commander';
import { createContext, type Invocation } from './context.ts';
import { CliError, EXIT } from './errors/cli-error.ts';
import { describe, exitCodeOf } from './errors/describe.ts';
import { printError } from './errors/print.ts';
import { findCommand, withHelpSpelledOut } from './find-command.ts';
import type { Io } from './io.ts';
import { buildProgram } from './program.ts';

/** Runs one command line and tells the exit code. The one place where errors are printed. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const words = withHelpSpelledOut(argv);
  try {
    return await dispatch(words, io);
  } catch (error) {
    if (io.signal.aborted) {
      io.stderr.write('Interrupted.\n');
      return EXIT.interrupted;
    }
    printError(io, describe(error), wantsJson(words));
    return exitCodeOf(error);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const found = findCommand(argv);
  const loaded =
    found.kind === 'command' ? { entry: found.entry, command: (await found.entry.load()).default } : null;
  let invocation: Invocation | null = null;
  const program = buildProgram(io, loaded, (given) => {
    invocation = given;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    throw wrongUsage(error, loaded?.entry.path ?? []);
  }
  if (!loaded || !invocation) return EXIT.ok;
  const context = createContext(io, invocation);
  try {
    return (await loaded.command.run(context)) ?? EXIT.ok;
  } finally {
    await context.finish();
  }
}

function wrongUsage(error: CommanderError, path: readonly string[]): CliError {
  const [what, suggestion] = error.message.replace(/^error: /, '').split('\n');
  return new CliError({
    code: 'usage',
    exitCode: EXIT.usage,
    message: `${what!.charAt(0).toUpperCase()}${what!.slice(1)}`,
    why:
      suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'The command line was not understood, so nothing was done',
    hint: `See ${['instavm', ...path, '--help'].join(' ')}`,
  });
}

// Also where the command line could not be parsed.
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv
    .slice(0, end === -1 ? undefined : end)
    .some((word) => word === '--json' || /^-[a-z]*j[a-z]*$/.test(word));
}
