import type { DeliveryListOptions, WebhookDelivery } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { table } from '../../output/table.ts';
import { printable } from '../../output/text.ts';

const STATUSES = ['pending', 'succeeded', 'failed', 'dead'] as const satisfies WebhookDelivery['status'][];

interface Flags {
  endpoint?: string;
  status?: DeliveryListOptions['status'];
  eventType?: string;
  cursor?: string;
  limit?: number;
}

export default {
  options: [
    { flags: '--endpoint <id>', description: 'of this webhook' },
    { flags: '--status <status>', description: 'that went so', choices: STATUSES },
    { flags: '--event-type <type>', description: 'of this event, e.g. vm.terminated' },
    { flags: '--cursor <cursor>', description: 'go on where the page before ended' },
    {
      flags: '--limit <count>',
      description: 'as many at most (default 50, at most 200)',
      parse: positiveInteger,
    },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { endpoint, status, eventType, cursor, limit } = options as Flags;
    const asked = { endpointId: endpoint, status, eventType, cursor, limit, signal: io.signal };
    const page = await client.webhooks.listDeliveries(asked);
    if (json) printJson(page);
    else if (page.items.length === 0) print('No deliveries.\n');
    else {
      print(
        table(page.items, [
          { title: 'Delivery', value: ({ id }) => id },
          { title: 'Status', value: ({ status }) => status },
          { title: 'Event', value: ({ event_type }) => event_type },
          { title: 'Attempt', value: ({ attempt_count }) => attempt_count },
          { title: 'Created', value: ({ created_at }) => created_at },
        ]),
      );
      if (page.next_cursor !== null) print(`More: --cursor ${printable(page.next_cursor)}\n`);
    }
    return undefined;
  },
} satisfies Command;
