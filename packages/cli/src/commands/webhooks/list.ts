import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';

export default {
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const endpoints = await client.webhooks.listEndpoints({ signal: io.signal });
    const paint = statusPainter(io);
    if (json) printJson({ endpoints });
    else if (endpoints.length === 0) print('No webhooks.\n');
    else {
      print(
        table(endpoints, [
          { title: 'ID', value: ({ id }) => id },
          {
            title: 'Status',
            value: ({ status }) => status,
            paint: (text, { status }) => paint(text, status),
          },
          { title: 'URL', value: ({ url }) => url },
          { title: 'Description', value: ({ description }) => description },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
