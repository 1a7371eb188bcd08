import type { AuditEvent } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { table } from '../../output/table.ts';
import { FILTER_OPTIONS, filtersOf } from './filters.ts';

export default {
  options: [
    ...FILTER_OPTIONS,
    {
      flags: '--limit <count>',
      description: 'as many at most (default 50, at most 200)',
      parse: positiveInteger,
    },
    { flags: '--cursor <cursor>', description: 'go on where the page before ended' },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const page = await client.audit.events({
      ...filtersOf(options),
      limit: options.limit as number | undefined,
      cursor: options.cursor as string | undefined,
      signal: io.signal,
    });
    if (json) printJson(page);
    else if (page.items.length === 0) print('No events.\n');
    else {
      print(
        table(page.items, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'Time', value: (event) => event.created_at },
          { title: 'Event', value: (event) => event.event_type },
          { title: 'Status', value: ({ status }) => status },
          { title: 'Actor', value: actorInWords },
          { title: 'About', value: (event) => `${event.resource_type} ${event.resource_id}`.trim() },
          { title: 'From', value: ({ address }) => address },
          { title: 'Why', value: (event) => event.error_message },
        ]),
      );
      if (page.next_cursor !== null) print(`More: --cursor ${page.next_cursor}\n`);
    }
    return undefined;
  },
} satisfies Command;

function actorInWords({ actor_type: type, actor_id: id }: AuditEvent): string {
  return `${type.replace('_', ' ')} ${id}`.trim();
}
