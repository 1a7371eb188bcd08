import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';
import { readIds } from '../read-ids.ts';

export default {
  args: [['<id...>', 'ids of invitations']],
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: readIds(context.args[0] as string[], 'invitation', 'invitations list'),
      doing: (id) => `Revoking invitation ${id}`,
      act: (id) => client.invitations.revoke(id, { signal: context.io.signal }),
      line: (id, { email, status }) => printable(`${id}: the invitation of ${email} is ${status}`),
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} invitations were revoked.`,
    });
  },
} satisfies Command;
