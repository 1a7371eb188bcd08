import type { Command } from '../../command.ts';
import { deliveryCard } from './delivery.ts';

export default {
  args: [['<id>', 'the webhook']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const delivery = await client.webhooks.sendTestEvent(args[0] as string, { signal: io.signal });
    if (json) printJson(delivery);
    else print(deliveryCard(delivery));
    return undefined;
  },
} satisfies Command;
