import type { Command } from '../../command.ts';
import { each } from '../each.ts';
import { findMembers, MEMBER_ARGUMENT } from './find-member.ts';

export default {
  args: [['<member...>', MEMBER_ARGUMENT]],
  help: 'They are signed out of the dashboard everywhere. Their API keys are not touched.',
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: await findMembers(context, client, context.args[0] as string[]),
      doing: (id) => `Signing out member ${id}`,
      act: (id) => client.members.endSessions(id, { signal: context.io.signal }),
      line: (id, { ended }) => `${id}: ${ended} sign-ins ended`,
      entry: (id, answer) => ({ person_id: id, ...answer }),
      summary: (done, all) => `${done} of ${all} members were signed out.`,
    });
  },
} satisfies Command;
