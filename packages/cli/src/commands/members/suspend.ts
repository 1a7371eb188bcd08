import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';
import { findMembers, MEMBER_ARGUMENT } from './find-member.ts';

export default {
  args: [['<member...>', MEMBER_ARGUMENT]],
  help: 'Every key of theirs is refused from the next request on; keys of service accounts are not. It can be undone.',
  async run(context) {
    const client = await context.client();
    return each(context, {
      items: await findMembers(context, client, context.args[0] as string[]),
      doing: (id) => `Suspending member ${id}`,
      act: (id) => client.members.suspend(id, { signal: context.io.signal }),
      line: (id, { email, status }) => printable(`${id}: ${email} is ${status}`),
      entry: (id, answer) => ({ person_id: id, ...answer }),
      summary: (done, all) => `${done} of ${all} members were suspended.`,
    });
  },
} satisfies Command;
