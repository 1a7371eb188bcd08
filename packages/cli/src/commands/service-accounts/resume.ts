import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';
import { readIds } from '../read-ids.ts';

export default {
  args: [['<id...>', 'ids of service accounts']],
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: readIds(context.args[0] as string[], 'service account', 'service-accounts list'),
      doing: (id) => `Resuming service account ${id}`,
      act: (id) => client.serviceAccounts.resume(id, { signal: context.io.signal }),
      line: (id, { name, status }) => printable(`${id}: ${name} is ${status}`),
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} service accounts were resumed.`,
    });
  },
} satisfies Command;
