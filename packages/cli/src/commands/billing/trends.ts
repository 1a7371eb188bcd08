import type { CreditTrends } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { amount, short } from '../../output/figures.ts';
import { sparkline } from '../../output/sparkline.ts';
import { card } from '../../output/text.ts';

interface Flags {
  period?: CreditTrends['period'];
  granularity?: CreditTrends['granularity'];
}

export default {
  options: [
    { flags: '--period <period>', description: 'so far back (default 30d)', choices: ['7d', '30d', '90d'] },
    {
      flags: '--granularity <step>',
      description: 'in such steps (default daily)',
      choices: ['hourly', 'daily', 'weekly'],
    },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { period, granularity } = options as Flags;
    const trends = await client.credits.usageTrends({ period, granularity, signal: io.signal });
    const used = trends.series.map(({ credits_used }) => credits_used);
    const seconds = trends.series.map(({ vm_seconds }) => vm_seconds);
    const bars = sparkline(io, used);
    if (json) printJson(trends);
    else {
      print(
        card([
          ['Period', trends.period],
          ['Buckets', `${used.length}, ${trends.granularity}`],
          ['Credits used', amount(sum(used))],
          ['Machine seconds', short(sum(seconds))],
          ...(bars ? ([['  over time', bars]] as [string, unknown][]) : []),
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
