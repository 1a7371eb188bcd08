import { KNOWN_HEAD } from '@instavm/contract/audit-events';
import { OperatorError } from '../operator-error.ts';
import { auditTable, verificationText } from '../text.ts';
import { ask, JSON_FLAG, serverCommand, type ToolCommand } from '../tool-command.ts';

const DEFAULT_LIMIT = 50;

export const audit: Record<string, ToolCommand> = {
  'audit list': serverCommand({
    name: 'auditList',
    usage: 'audit list [--account ID] [--type TYPE] [--limit N] [--json]',
    options: {
      account: { type: 'string' },
      type: { type: 'string' },
      limit: { type: 'string' },
      ...JSON_FLAG,
    },
    input: ({ values }) => ({
      accountId: wholeNumber(values, 'account'),
      type: values.type,
      limit: wholeNumber(values, 'limit') ?? DEFAULT_LIMIT,
    }),
    text: auditTable,
  }),
  'audit verify': {
    usage: 'audit verify [--known-head HEAD] [--json]',
    options: { 'known-head': { type: 'string' }, ...JSON_FLAG },
    async run(call) {
      const knownHead = call.values['known-head'] as string | undefined;
      if (knownHead !== undefined && !KNOWN_HEAD.test(knownHead)) {
        throw new OperatorError('--known-head is the head that an earlier audit verify printed.');
      }
      const result = await ask(call, 'verifyAudit', { knownHead });
      call.io.print(call.values.json ? JSON.stringify(result, null, 2) : verificationText(result));
      return result.ok ? 0 : 1;
    },
  },
};

function wholeNumber(values: Record<string, unknown>, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,6}$/.test(value)) return Number(value);
  throw new OperatorError(`--${name} is not a number.`);
}
