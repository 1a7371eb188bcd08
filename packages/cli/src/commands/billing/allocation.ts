import type { Command } from '../../command.ts';
import { card } from '../../output/text.ts';
import { creditBlocks } from './card.ts';

export default {
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const allocation = await client.credits.allocation({ signal: io.signal });
    if (json) {
      printJson(allocation);
      return undefined;
    }
    const { allocation_period_start: start, allocation_period_end: end } = allocation;
    print(`${card([['Period', `${start} to ${end}`]])}\n${creditBlocks(allocation)}`);
    return undefined;
  },
} satisfies Command;
