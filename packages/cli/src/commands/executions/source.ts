import { readFile } from 'node:fs/promises';
import { CliError, EXIT, usageError } from '../../errors/cli-error.ts';
import { type Io, readStdin } from '../../io.ts';

export type Language = 'python' | 'bash';

export interface Program {
  code: string;
  /** undefined: the server's choice, Python. */
  language: Language | undefined;
}

export interface ProgramChoice {
  file: string | undefined;
  cmd: string | undefined;
  language: Language | undefined;
  /** The key comes from there. */
  stdinTaken: boolean;
}

/** The code to run: from `--cmd`, a file, or standard input for `-`. */
export async function readProgram(
  io: Io,
  { file, cmd, language, stdinTaken }: ProgramChoice,
): Promise<Program> {
  if (cmd !== undefined && file !== undefined) {
    throw usageError('Both a file and --cmd were given', 'Only one of them can run', 'Give one of them');
  }
  if (cmd !== undefined) return { code: cmd, language };
  if (file === undefined) {
    throw usageError(
      'No code to run',
      'Neither a file nor --cmd was given',
      'Give a file, --cmd TEXT, or - for standard input',
    );
  }
  if (file === '-' && stdinTaken) {
    throw usageError(
      'Standard input is taken',
      '--api-key-stdin reads the key from it',
      'Give the code as a file or with --cmd',
    );
  }
  const code = file === '-' ? await readStdin(io) : await readProgramFile(file);
  return { code, language: language ?? languageOf(file) };
}

async function readProgramFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError({
      code: 'file_unreadable',
      exitCode: EXIT.error,
      message: `Cannot read ${file}`,
      why: (error as Error).message,
      hint: 'Give the path of a file on this machine, or the code itself with --cmd',
    });
  }
}

function languageOf(file: string): Language | undefined {
  if (file.endsWith('.py')) return 'python';
  return file.endsWith('.sh') || file.endsWith('.bash') ? 'bash' : undefined;
}
