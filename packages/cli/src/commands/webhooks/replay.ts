import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';

export default {
  args: [['<delivery_id>', 'the delivery']],
  help: 'The same event is sent again, with its id, as a delivery of its own.',
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const id = args[0] as string;
    const delivery = await client.webhooks.replayDelivery(id, { signal: io.signal });
    if (json) printJson(delivery);
    else print(printable(`Delivery ${id} is sent again as ${delivery.id}: ${delivery.status}`).concat('\n'));
    return undefined;
  },
} satisfies Command;
