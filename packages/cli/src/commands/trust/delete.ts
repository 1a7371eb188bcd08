import type { Command } from '../../command.ts';
import { each } from '../each.ts';
import { readIds } from '../read-ids.ts';

export default {
  args: [['<id...>', 'policies']],
  help: 'The keys that came of them are revoked.',
  async run(context) {
    const ids = readIds(context.args[0] as string[], 'trust policy', 'trust list');
    const client = await context.client();
    return each(context, {
      items: [...new Set(ids)],
      doing: (id) => `Deleting trust policy ${id}`,
      act: (id) => client.trustPolicies.delete(id, { signal: context.io.signal }),
      line: (id, { keys }) => `${id}: deleted, ${keys.revoked} keys revoked`,
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} trust policies were deleted.`,
    });
  },
} satisfies Command;
