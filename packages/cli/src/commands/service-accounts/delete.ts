import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';
import { readIds } from '../read-ids.ts';

export default {
  args: [['<id...>', 'ids of service accounts']],
  help: 'Final: all its keys are revoked with it. `service-accounts suspend` can be undone.',
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: readIds(context.args[0] as string[], 'service account', 'service-accounts list'),
      doing: (id) => `Deleting service account ${id}`,
      act: (id) => client.serviceAccounts.delete(id, { signal: context.io.signal }),
      line: (id, { status, keys }) => printable(`${id}: ${status}, ${keys.revoked} keys revoked`),
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} service accounts were deleted.`,
    });
  },
} satisfies Command;
