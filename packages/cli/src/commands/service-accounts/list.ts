import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';

export default {
  async run(context) {
    const { io, json, print, printJson } = context;
    const client = await context.client();
    const accounts = await client.serviceAccounts.list({ signal: io.signal });
    if (json) printJson({ service_accounts: accounts });
    else if (accounts.length === 0) print('No service accounts.\n');
    else {
      const paint = statusPainter(io);
      print(`Service accounts (${accounts.length})\n\n`);
      print(
        table(accounts, [
          { title: 'ID', value: (one) => one.id },
          { title: 'Name', value: (one) => one.name },
          { title: 'Role', value: (one) => one.role },
          { title: 'API keys', value: (one) => one.live_keys },
          { title: 'Created', value: (one) => timeInWords(one.created_at, io.now()) },
          { title: 'Status', value: (one) => one.status, paint: (text, { status }) => paint(text, status) },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
