import type { Command } from '../../command.ts';
import { each } from '../each.ts';
import { findKeys, KEY_ARGUMENT } from './find-key.ts';

export default {
  args: [['<key...>', KEY_ARGUMENT]],
  help: 'Undoes `keys disable`. A key that has ended stays so.',
  async run(context) {
    const client = await context.client();
    const ids = await findKeys(context, client, context.args[0] as string[]);
    return each(context, {
      items: ids,
      doing: (id) => `Enabling API key ${id}`,
      act: (id) => client.apiKeys.enable(id, { signal: context.io.signal }),
      line: (id, { status }) => `${id}: ${status}`,
      entry: (id, key) => ({ id, ...key }),
      summary: (done, all) => `${done} of ${all} keys were enabled.`,
    });
  },
} satisfies Command;
