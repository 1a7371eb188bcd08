import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { ROLE_OPTION, type ServiceRole } from './fields.ts';

export default {
  args: [['<name>', 'what it is, e.g. nightly-builds']],
  options: [{ ...ROLE_OPTION, description: `${ROLE_OPTION.description} (default developer)` }],
  help: 'Give it a key with: instavm keys create --service-account ID',
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const { role = 'developer' } = context.options as { role?: ServiceRole };
    const client = await context.client();
    const name = args[0] as string;
    const made = await client.serviceAccounts.create({ name, role }, { signal: io.signal });
    if (json) printJson(made);
    else print(printable(`Created service account ${made.id} "${made.name}" as ${made.role}.`).concat('\n'));
    return undefined;
  },
} satisfies Command;
