import { open, rm } from 'node:fs/promises';
import type { OptionSpec } from '../command.ts';
import { usageError } from '../errors/cli-error.ts';

export const OUTPUT_OPTION: OptionSpec = {
  flags: '-o, --output <file>',
  description: 'write to this new file instead of standard output',
};

/** A large export takes longer than the time any other call may take. */
export const EXPORT_TIMEOUT_MS = 3_600_000;

/** Writes what comes to a new file, or prints it. A file that is not whole is removed. */
export async function saveStream(
  stream: () => Promise<AsyncIterable<Uint8Array>>,
  file: string | undefined,
  print: (text: string) => void,
): Promise<void> {
  const sink = file === undefined ? null : await newFile(file);
  let done = false;
  try {
    const decoder = new TextDecoder();
    for await (const bytes of await stream()) {
      if (sink) await sink.write(bytes);
      else print(decoder.decode(bytes, { stream: true }));
    }
    done = true;
  } finally {
    await sink?.close();
    // Half an export looks like a whole one.
    if (sink && !done) await rm(file!, { force: true });
  }
}

/** For this user alone: what is exported names people, addresses and machines. */
async function newFile(file: string) {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw usageError(
        'The file exists already',
        'An export replaces no file',
        'Name another file, or remove it',
      );
    }
    throw usageError('The file cannot be written', (error as Error).message, 'Name another file');
  }
}
