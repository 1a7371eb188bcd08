import { LIMIT_OPTIONS } from '../limit-commands.ts';
import { OperatorError } from '../operator-error.ts';
import { limitsText, ratesText } from '../text.ts';
import { JSON_FLAG, serverCommand, type ToolCommand } from '../tool-command.ts';

const LIMITS = Object.keys(LIMIT_OPTIONS) as (keyof typeof LIMIT_OPTIONS)[];

export const limits: Record<string, ToolCommand> = {
  'accounts limits': serverCommand({
    name: 'accountsLimits',
    usage:
      'accounts limits EMAIL|ID [--rate-limit N/Ws,burst=B] [--concurrent-requests N] [--quota-machines N] [--quota-vm-seconds N] [--quota-executions N] [--credit-dollars D] [--json] (none takes a bound away)',
    options: {
      ...Object.fromEntries(LIMITS.map((option) => [option, { type: 'string' as const }])),
      ...JSON_FLAG,
    },
    positionalsMax: 1,
    input({ values, positionals: [account] }) {
      if (!account)
        throw new OperatorError('Say whose account: an e-mail or its number. See: accounts list.');
      const given = LIMITS.filter((option) => values[option] !== undefined);
      return { account, given: Object.fromEntries(given.map((option) => [option, values[option]])) };
    },
    text: limitsText,
  }),
  'rates show': serverCommand({
    name: 'ratesShow',
    usage: 'rates show [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: ratesText,
  }),
  'rates set': serverCommand({
    name: 'ratesSet',
    usage: 'rates set [--cpu-per-second DOLLARS] [--ram-gib-per-second DOLLARS] [--json]',
    options: {
      'cpu-per-second': { type: 'string' },
      'ram-gib-per-second': { type: 'string' },
      ...JSON_FLAG,
    },
    input: ({ values }) => ({
      cpuPerSecond: values['cpu-per-second'],
      ramGibPerSecond: values['ram-gib-per-second'],
    }),
    text: ratesText,
  }),
};
