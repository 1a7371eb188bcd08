import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { printable } from '../../output/text.ts';
import { readIds } from '../read-ids.ts';
import { ROLE_OPTION, type ServiceRole } from './fields.ts';

export default {
  args: [['<id>', 'id of a service account']],
  options: [{ flags: '--name <text>', description: 'its new name' }, ROLE_OPTION],
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const { name, role } = context.options as { name?: string; role?: ServiceRole };
    if (name === undefined && role === undefined) {
      throw usageError('Nothing to change', 'Neither --name nor --role was given', 'Give one of them');
    }
    const [id] = readIds([args[0] as string], 'service account', 'service-accounts list');
    const client = await context.client();
    const fields = { ...(name !== undefined && { name }), ...(role !== undefined && { role }) };
    const changed = await client.serviceAccounts.update(id!, fields, { signal: io.signal });
    if (json) printJson(changed);
    else print(printable(`${changed.id}: "${changed.name}" is ${changed.role}`).concat('\n'));
    return undefined;
  },
} satisfies Command;
