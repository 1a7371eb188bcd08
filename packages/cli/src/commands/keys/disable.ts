import type { Command } from '../../command.ts';
import { each } from '../each.ts';
import { findKeys, KEY_ARGUMENT } from './find-key.ts';

export default {
  args: [['<key...>', KEY_ARGUMENT]],
  help: 'Refused from the next request on, until `keys enable`.',
  async run(context) {
    const client = await context.client();
    const ids = await findKeys(context, client, context.args[0] as string[]);
    return each(context, {
      items: ids,
      doing: (id) => `Disabling API key ${id}`,
      act: (id) => client.apiKeys.disable(id, { signal: context.io.signal }),
      line: (id, { status }) => `${id}: ${status}`,
      entry: (id, key) => ({ id, ...key }),
      summary: (done, all) => `${done} of ${all} keys were disabled.`,
    });
  },
} satisfies Command;
