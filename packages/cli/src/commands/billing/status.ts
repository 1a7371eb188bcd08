import type { CreditSummary } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { card } from '../../output/text.ts';
import { creditBlocks } from './card.ts';
import { CREDIT_PERIOD_OPTION } from './options.ts';

export default {
  options: [CREDIT_PERIOD_OPTION],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { period } = options as { period?: CreditSummary['period'] };
    const summary = await client.credits.summary({ period, signal: io.signal });
    if (json) printJson(summary);
    else print(`${card([['Period', summary.period]])}\n${creditBlocks(summary)}`);
    return undefined;
  },
} satisfies Command;
