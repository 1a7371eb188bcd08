import type { Command } from '../../command.ts';
import { each } from '../each.ts';
import { readIds } from '../read-ids.ts';

export default {
  args: [
    ['<vm_id>', 'the machine'],
    ['<token...>', 'ids of its tokens'],
  ],
  async run(context) {
    const [vmId, names] = context.args as [string, string[]];
    const ids = readIds(names, 'token', `vms tokens list ${vmId}`);
    const client = await context.client();
    return each(context, {
      items: [...new Set(ids)],
      doing: (id) => `Revoking token ${id}`,
      act: (id) => client.sandboxTokens.revoke(vmId, id, { signal: context.io.signal }),
      line: (id, { status }) => `${id}: ${status}`,
      entry: (id, answer) => ({ vm_id: vmId, id, ...answer }),
      summary: (done, all) => `${done} of ${all} tokens were revoked.`,
    });
  },
} satisfies Command;
