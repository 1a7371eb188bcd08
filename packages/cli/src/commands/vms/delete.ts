import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';

export default {
  args: [['<vm_id...>', 'machines to end']],
  async run(context) {
    const client = await context.client();
    const ids = [...new Set(context.args[0] as string[])];
    return each(context, {
      items: ids,
      doing: (id) => `Deleting VM ${printable(id)}`,
      act: (id) => client.vms.delete(id, { signal: context.io.signal }),
      line: (id, answer) => printable(`${answer.vm_id ?? id}: ${answer.status ?? 'ok'}`),
      entry: (id, answer) => ({ vm_id: id, ...answer }),
      summary: (done, all) => `${done} of ${all} machines were ended.`,
    });
  },
} satisfies Command;
