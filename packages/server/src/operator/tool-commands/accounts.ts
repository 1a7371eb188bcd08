import { OperatorError } from '../operator-error.ts';
import { accountsTable, closedText } from '../text.ts';
import { JSON_FLAG, serverCommand, type ToolCommand } from '../tool-command.ts';

export const accounts: Record<string, ToolCommand> = {
  'accounts list': serverCommand({
    name: 'accountsList',
    usage: 'accounts list [--json]',
    options: JSON_FLAG,
    input: () => ({}),
    text: accountsTable,
  }),
  'accounts suspend': setSuspended('suspend', true),
  'accounts resume': setSuspended('resume', false),
  'accounts close': serverCommand({
    name: 'accountsClose',
    usage: 'accounts close ID [--force NAME_OF_THE_ACCOUNT] [--json]',
    options: { force: { type: 'string' }, ...JSON_FLAG },
    positionalsMax: 1,
    input: ({ values, positionals: [id] }) => ({ id: accountNumber(id), force: values.force ?? null }),
    text: closedText,
  }),
};

function setSuspended(verb: string, suspended: boolean): ToolCommand {
  return serverCommand({
    name: 'accountsSetSuspended',
    usage: `accounts ${verb} ID`,
    positionalsMax: 1,
    input: ({ positionals: [id] }) => ({ id: accountNumber(id), suspended }),
    text: ({ id, name }) =>
      suspended
        ? `Suspended account ${id} (${name}): its people and keys are refused until you resume it.`
        : `Resumed account ${id} (${name}).`,
  });
}

function accountNumber(id: string | undefined): number {
  if (id && /^\d{1,15}$/.test(id)) return Number(id);
  throw new OperatorError('Say which account, by its number. See: accounts list.');
}
