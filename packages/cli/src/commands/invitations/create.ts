import type { Member } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { ROLES } from '../members/find-member.ts';

export default {
  args: [['<email>', 'whom it is for']],
  options: [{ flags: '--role <role>', description: 'what they may do (default developer)', choices: ROLES }],
  help: 'The link alone is printed on standard output, this once. It works once, for seven days; pass it on yourself.',
  async run(context) {
    const { io, args, json, print, printJson, note } = context;
    const { role = 'developer' } = context.options as { role?: Member['role'] };
    const client = await context.client();
    const email = args[0] as string;
    const made = await client.invitations.create({ email, role }, { signal: io.signal });
    if (json) printJson(made);
    else print(`${made.link}\n`);
    note(`Invited ${made.email} as ${made.role}; the link works once, until ${made.expires_at}.`);
    note('This is the only time the link is shown: pass it on now.');
    return undefined;
  },
} satisfies Command;
