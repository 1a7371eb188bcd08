import type { Command } from '../../command.ts';
import { endpointCard } from './card.ts';

export default {
  args: [['<id>', 'the webhook']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const endpoint = await client.webhooks.getEndpoint(args[0] as string, { signal: io.signal });
    if (json) printJson(endpoint);
    else print(endpointCard(endpoint, io.now()));
    return undefined;
  },
} satisfies Command;
