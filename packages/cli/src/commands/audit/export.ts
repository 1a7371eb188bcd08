import { open, rm } from 'node:fs/promises';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { FILTER_OPTIONS, filtersOf } from './filters.ts';

/** A large trail takes longer than the time any other call may take. */
const TIMEOUT_MS = 3_600_000;

export default {
  options: [
    { flags: '--format <format>', description: 'jsonl (default) or csv', choices: ['jsonl', 'csv'] },
    { flags: '-o, --output <file>', description: 'write to this new file instead of standard output' },
    ...FILTER_OPTIONS,
  ],
  help: 'Oldest first. In CSV a text that a spreadsheet would calculate gets a leading apostrophe.',
  async run({ io, options, print, note, ...context }) {
    const client = await context.client();
    const file = options.output as string | undefined;
    const sink = file === undefined ? null : await newFile(file);
    let done = false;
    try {
      const stream = await client.audit.export({
        ...filtersOf(options),
        format: options.format as 'jsonl' | 'csv' | undefined,
        signal: io.signal,
        timeoutMs: TIMEOUT_MS,
      });
      const decoder = new TextDecoder();
      for await (const bytes of stream) {
        if (sink) await sink.write(bytes);
        else print(decoder.decode(bytes, { stream: true }));
      }
      done = true;
      if (file !== undefined) note(`Wrote ${file}.`);
    } finally {
      await sink?.close();
      // Half an export looks like a whole one.
      if (sink && !done) await rm(file!, { force: true });
    }
    return undefined;
  },
} satisfies Command;

/** For this user alone: the trail names people, addresses and machines. */
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
