import type { Usage, UsageOptions } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import type { Io } from '../../io.ts';
import { card } from '../../output/text.ts';
import { ENVIRONMENTS } from '../keys/fields.ts';
import { EXPORT_TIMEOUT_MS, OUTPUT_OPTION, saveStream } from '../save-stream.ts';
import { DIMENSIONS, figureRows, PERIOD_OPTION, partsTable, periodRow } from './figures.ts';

interface Flags {
  by?: Usage['by'];
  period?: Usage['period'];
  environment?: UsageOptions['environment'];
  key?: number;
  vm?: string;
  export?: 'csv' | 'jsonl';
  output?: string;
}

const TITLES: Record<Usage['by'], string> = {
  key: 'API key',
  environment: 'Environment',
  vm: 'VM',
  route: 'Route',
  client: 'Client',
};

export default {
  options: [
    { flags: '--by <part>', description: 'what to tell apart (default key)', choices: DIMENSIONS },
    PERIOD_OPTION,
    { flags: '--environment <name>', description: 'of this environment alone', choices: ENVIRONMENTS },
    { flags: '--key <id>', description: 'of this API key alone', parse: positiveInteger },
    { flags: '--vm <id>', description: 'of this machine alone' },
    {
      flags: '--export <format>',
      description: 'print every step as csv or jsonl',
      choices: ['csv', 'jsonl'],
    },
    OUTPUT_OPTION,
  ],
  help: 'Errors are answers of 400 and above. Seconds of machines that still run are counted too.',
  async run(context) {
    const { io, json, print, printJson, note } = context;
    const { by, period, environment, key, vm, export: format, output } = context.options as Flags;
    if (output !== undefined && !format) throw withoutExport();
    const asked = { by, period, environment, keyId: key, vmId: vm, signal: io.signal };
    const client = await context.client();
    if (format) {
      const whole = { ...asked, format, timeoutMs: EXPORT_TIMEOUT_MS };
      await saveStream(() => client.usage.export(whole), output, print);
      if (output !== undefined) note(`Wrote ${output}.`);
      return undefined;
    }
    const usage = await client.usage.query(asked);
    if (json) printJson(usage);
    else print(asText(io, usage));
    return undefined;
  },
} satisfies Command;

function asText(io: Io, usage: Usage): string {
  const head = card([periodRow(usage), ...figureRows(io, usage.totals, usage.series)]);
  return usage.parts.length === 0 ? head : `${head}\n${partsTable(TITLES[usage.by], usage.parts)}`;
}

function withoutExport() {
  return usageError('--output needs --export', 'A file is written in a format', 'Add --export csv or jsonl');
}
