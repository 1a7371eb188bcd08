import type { Command } from '../../command.ts';
import { endpointCard, SHOWN_ONCE } from './card.ts';
import { FIELD_OPTIONS, type FieldFlags, fieldsOf } from './fields.ts';

export default {
  args: [['<url>', 'where events are sent to']],
  options: FIELD_OPTIONS,
  help: 'Deliveries begin at once. The secret, with which they are signed, is shown this once.',
  async run({ io, args, json, options, print, printJson, note, ...context }) {
    const client = await context.client();
    const fields = { url: args[0] as string, ...fieldsOf(options as FieldFlags) };
    const endpoint = await client.webhooks.createEndpoint(fields, { signal: io.signal });
    if (json) printJson(endpoint);
    else print(endpointCard(endpoint, io.now()));
    note(SHOWN_ONCE);
    return undefined;
  },
} satisfies Command;
