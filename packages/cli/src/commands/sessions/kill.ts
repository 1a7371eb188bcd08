import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';

export default {
  args: [['<session...>', 'ids of sessions']],
  help: 'The machine of a session ends with it.',
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: [...new Set(context.args[0] as string[])],
      doing: (id) => `Ending session ${printable(id)}`,
      act: (id) => client.sessions.kill(id, { signal: context.io.signal }),
      line: (id, { status }) => printable(`${id}: ${status}`),
      entry: (id, answer) => ({ session_id: id, ...answer }),
      summary: (done, all) => `${done} of ${all} sessions were ended.`,
    });
  },
} satisfies Command;
