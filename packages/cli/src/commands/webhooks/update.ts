import type { WebhookEndpointUpdate } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { endpointCard } from './card.ts';
import { FIELD_OPTIONS, type FieldFlags, fieldsOf } from './fields.ts';

interface Flags extends FieldFlags {
  url?: string;
  enable?: boolean;
  disable?: boolean;
}

export default {
  args: [['<id>', 'the webhook']],
  options: [
    { flags: '--url <url>', description: 'where events are sent to' },
    { flags: '--enable', description: 'deliver again' },
    { flags: '--disable', description: 'deliver no more' },
    ...FIELD_OPTIONS,
  ],
  help: 'What is not given stays as it is; --event replaces the whole list.',
  async run({ io, args, json, options, print, printJson, ...context }) {
    const { url, enable, disable, ...flags } = options as Flags;
    if (enable && disable)
      throw usageError('Both --enable and --disable were given', 'It can be only one', 'Leave one out');
    const fields: WebhookEndpointUpdate = {
      ...fieldsOf(flags),
      ...(url !== undefined && { url }),
      ...((enable || disable) && { enabled: enable === true }),
    };
    if (Object.keys(fields).length === 0)
      throw usageError('Nothing to change', 'No field was given', 'See `instavm webhooks update --help`');
    const client = await context.client();
    const id = args[0] as string;
    const endpoint = await client.webhooks.updateEndpoint(id, fields, { signal: io.signal });
    if (json) printJson(endpoint);
    else print(endpointCard(endpoint, io.now()));
    return undefined;
  },
} satisfies Command;
