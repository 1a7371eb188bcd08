import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';

export default {
  args: [['<id...>', 'anomalies']],
  help: 'They were looked into. A key that was disabled stays so until it is enabled.',
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: [...new Set(context.args[0] as string[])],
      doing: (id) => `Resolving ${printable(id)}`,
      act: (id) => client.anomalies.resolve(id, { signal: context.io.signal }),
      line: (id, { status }) => printable(`${id}: ${status}`),
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} anomalies were resolved.`,
    });
  },
} satisfies Command;
