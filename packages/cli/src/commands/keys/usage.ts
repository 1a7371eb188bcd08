import type { KeyUsage } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { card } from '../../output/text.ts';
import { figureRows, PERIOD_OPTION, partsTable, periodRow } from '../usage/figures.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';

export default {
  args: [['<key>', KEY_ARGUMENT]],
  options: [PERIOD_OPTION],
  help: 'With --json also every step of the period.',
  async run(context) {
    const { io, args, options, json, print, printJson } = context;
    const client = await context.client();
    const id = await findKey(context, client, args[0] as string);
    const { period } = options as { period?: KeyUsage['period'] };
    const usage = await client.apiKeys.usage(id, { period, signal: io.signal });
    if (json) {
      printJson(usage);
      return undefined;
    }
    print(card([['API key', id], periodRow(usage), ...figureRows(io, usage.totals, usage.series)]));
    if (usage.routes.length > 0) print(`\n${partsTable('Route', usage.routes)}`);
    if (usage.clients.length > 0) print(`\n${partsTable('Client', usage.clients)}`);
    return undefined;
  },
} satisfies Command;
