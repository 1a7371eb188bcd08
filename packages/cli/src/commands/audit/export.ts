import type { Command } from '../../command.ts';
import { EXPORT_TIMEOUT_MS, OUTPUT_OPTION, saveStream } from '../save-stream.ts';
import { FILTER_OPTIONS, filtersOf } from './filters.ts';

export default {
  options: [
    { flags: '--format <format>', description: 'jsonl (default) or csv', choices: ['jsonl', 'csv'] },
    OUTPUT_OPTION,
    ...FILTER_OPTIONS,
  ],
  help: 'Oldest first. In CSV a text that a spreadsheet would calculate gets a leading apostrophe.',
  async run({ io, options, print, note, ...context }) {
    const client = await context.client();
    const file = options.output as string | undefined;
    const settings = {
      ...filtersOf(options),
      format: options.format as 'jsonl' | 'csv' | undefined,
      signal: io.signal,
      timeoutMs: EXPORT_TIMEOUT_MS,
    };
    await saveStream(() => client.audit.export(settings), file, print);
    if (file !== undefined) note(`Wrote ${file}.`);
    return undefined;
  },
} satisfies Command;
