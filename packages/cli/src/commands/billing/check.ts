import type { CreditUse } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { amount } from '../../output/figures.ts';
import { card } from '../../output/text.ts';
import { USAGE_TYPES } from './options.ts';

interface Flags {
  usageType?: CreditUse['usage_type'];
  requiredCredits?: number;
}

export default {
  options: [
    { flags: '--usage-type <type>', description: 'for what', choices: USAGE_TYPES },
    { flags: '--required-credits <amount>', description: 'how much, in dollars', parse: credits },
  ],
  help: 'Ends with 0 whether they suffice or not: the answer says it.',
  async run({ io, json, options, print, printJson, ...context }) {
    const { usageType, requiredCredits } = options as Flags;
    if (usageType === undefined || requiredCredits === undefined) throw incomplete();
    const client = await context.client();
    const check = await client.credits.check(usageType, requiredCredits, { signal: io.signal });
    if (json) printJson(check);
    else {
      print(
        card([
          ['Available', check.available ? 'yes' : 'no'],
          ['Required', amount(check.required_credits)],
          ['Remaining', amount(check.remaining_credits)],
          ['Shortage', amount(check.shortage)],
          ['Reason', check.reason],
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;

function credits(text: string): number {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new Error('is no amount of credits');
}

function incomplete() {
  return usageError(
    'Something is missing',
    'A check needs --usage-type and --required-credits',
    'See `instavm billing check --help`',
  );
}
