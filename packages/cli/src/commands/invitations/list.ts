import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';

export default {
  options: [{ flags: '-a, --all', description: 'also those that were accepted, revoked or are over' }],
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const client = await context.client();
    const status = options.all ? 'all' : 'open';
    const invitations = await client.invitations.list({ status, signal: io.signal });
    if (json) printJson({ invitations });
    else if (invitations.length === 0) print('No open invitations.\n');
    else {
      print(`Invitations (${invitations.length})\n\n`);
      print(
        table(invitations, [
          { title: 'ID', value: (one) => one.id },
          { title: 'E-mail', value: (one) => one.email },
          { title: 'Role', value: (one) => one.role },
          { title: 'Invited', value: (one) => timeInWords(one.created_at, io.now()) },
          { title: 'Until', value: (one) => timeInWords(one.expires_at, io.now()) },
          { title: 'Status', value: (one) => one.status },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
