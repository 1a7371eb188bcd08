import type { CreditSummary, CreditUse } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { amount } from '../../output/figures.ts';
import { table } from '../../output/table.ts';
import { CREDIT_PERIOD_OPTION, USAGE_TYPES } from './options.ts';

interface Flags {
  period?: CreditSummary['period'];
  usageType?: CreditUse['usage_type'];
  limit?: number;
}

export default {
  options: [
    CREDIT_PERIOD_OPTION,
    { flags: '--usage-type <type>', description: 'of this type alone', choices: USAGE_TYPES },
    { flags: '--limit <count>', description: 'as many at most (default 100)', parse: positiveInteger },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { period = 'current_month', usageType, limit } = options as Flags;
    const rows = await client.credits.usage({ period, usageType, limit, signal: io.signal });
    if (json) printJson({ period, rows });
    else if (rows.length === 0) print('No use of credits.\n');
    else {
      print(
        table(rows, [
          { title: 'WHEN', value: ({ created_at }) => created_at },
          { title: 'TYPE', value: ({ usage_type }) => usage_type },
          { title: 'CREDITS', value: ({ credits_used }) => amount(credits_used) },
          { title: 'RESOURCE', value: ({ resource_id }) => resource_id },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
