import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';

export default {
  args: [['<id>', 'the webhook']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const endpoint = await client.webhooks.deleteEndpoint(args[0] as string, { signal: io.signal });
    if (json) printJson(endpoint);
    else print(`Deleted webhook ${printable(endpoint.id)}.\n`);
    return undefined;
  },
} satisfies Command;
