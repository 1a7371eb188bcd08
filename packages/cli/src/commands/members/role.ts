import type { Member } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { printable } from '../../output/text.ts';
import { findMembers, MEMBER_ARGUMENT, ROLES } from './find-member.ts';

export default {
  args: [
    ['<member>', MEMBER_ARGUMENT],
    ['<role>', ROLES.join(', ')],
  ],
  help: 'In force at the next request, for all keys of the member too. Nobody gives a role above their own.',
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const [name, role] = args as [string, Member['role']];
    if (!ROLES.includes(role)) {
      throw usageError(`There is no role ${role}`, null, `Give one of ${ROLES.join(', ')}`);
    }
    const client = await context.client();
    const [id] = await findMembers(context, client, [name]);
    const member = await client.members.changeRole(id!, role, { signal: io.signal });
    if (json) printJson(member);
    else print(printable(`${member.email} is ${member.role} now.`).concat('\n'));
    return undefined;
  },
} satisfies Command;
