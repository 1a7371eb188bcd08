import { type Command, positiveInteger } from '../../command.ts';
import { amount } from '../../output/figures.ts';
import { table } from '../../output/table.ts';
import { card } from '../../output/text.ts';

interface Flags {
  startDate?: string;
  endDate?: string;
  days?: number;
}

export default {
  options: [
    { flags: '--start-date <date>', description: 'from this day on, e.g. 2027-01-31' },
    { flags: '--end-date <date>', description: 'up to this day' },
    { flags: '--days <count>', description: 'so many days (default 30)', parse: positiveInteger },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { startDate, endDate, days = 30 } = options as Flags;
    const usage = await client.usage.breakdown({ startDate, endDate, days, signal: io.signal });
    if (json) {
      printJson(usage);
      return undefined;
    }
    print(
      card([
        ['Period', `${usage.period_start} to ${usage.period_end}`],
        ['Days', usage.total_days],
        ['Total cost', amount(usage.totals.cost_dollars)],
        ['CPU hours', amount(usage.totals.cpu_hours)],
        ['RAM GiB-hours', amount(usage.totals.ram_gib_hours)],
      ]),
    );
    print('\n');
    print(
      table(usage.daily_breakdown, [
        { title: 'DATE', value: ({ date }) => date },
        { title: 'COST', value: ({ cost_dollars }) => amount(cost_dollars) },
        { title: 'CPU-h', value: ({ cpu_hours }) => amount(cpu_hours) },
        { title: 'RAM GiB-h', value: ({ ram_gib_hours }) => amount(ram_gib_hours) },
      ]),
    );
    return undefined;
  },
} satisfies Command;
