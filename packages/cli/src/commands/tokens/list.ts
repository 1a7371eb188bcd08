import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';

export default {
  args: [['<vm_id>', 'the machine']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const tokens = await client.sandboxTokens.list(args[0] as string, { signal: io.signal });
    const paint = statusPainter(io);
    if (json) printJson({ tokens });
    else if (tokens.length === 0) print('No tokens.\n');
    else {
      print(
        table(tokens, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'Label', value: ({ label }) => label },
          { title: 'Token', value: ({ token_prefix }) => `${token_prefix}…` },
          { title: 'Scopes', value: ({ scopes }) => scopes.join(', ') },
          { title: 'Last used', value: ({ last_used_at }) => timeInWords(last_used_at, io.now()) },
          { title: 'Expires', value: ({ expires_at }) => timeInWords(expires_at, io.now()) },
          {
            title: 'Status',
            value: ({ status }) => status,
            paint: (text, { status }) => paint(text, status),
          },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
