import { OperatorError } from '../operator-error.ts';
import { accountsTable } from '../text.ts';
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
};

function setSuspended(verb: string, suspended: boolean): ToolCommand {
  return serverCommand({
    name: 'accountsSetSuspended',
    usage: `accounts ${verb} ID`,
    positionalsMax: 1,
    input({ positionals: [id] }) {
      if (!id || !/^\d{1,15}$/.test(id)) {
        throw new OperatorError('Say which account, by its number. See: accounts list.');
      }
      return { id: Number(id), suspended };
    },
    text: ({ id, name }) =>
      suspended
        ? `Suspended account ${id} (${name}): its people and keys are refused until you resume it.`
        : `Resumed account ${id} (${name}).`,
  });
}
