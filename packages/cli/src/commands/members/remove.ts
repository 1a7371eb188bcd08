import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { printable } from '../../output/text.ts';
import { findMembers, MEMBER_ARGUMENT } from './find-member.ts';

export default {
  args: [['<member>', MEMBER_ARGUMENT]],
  options: [
    { flags: '--revoke-keys', description: 'revoke their API keys' },
    {
      flags: '--hand-over-to <owner>',
      description: 'give their API keys to member:ID or service_account:ID',
    },
  ],
  help: [
    'Keys of service accounts go on whoever made them. A key that is handed over can do nothing that it could not',
    'do before; whoever leaves still knows it, so rotate it soon.',
  ].join('\n'),
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const { revokeKeys, handOverTo } = context.options as { revokeKeys?: boolean; handOverTo?: string };
    if (revokeKeys && handOverTo) {
      throw usageError('Both --revoke-keys and --hand-over-to were given', null, 'Give one of them');
    }
    const client = await context.client();
    const [id] = await findMembers(context, client, [args[0] as string]);
    const keys = revokeKeys ? 'revoke' : handOverTo;
    const removed = await client.members.remove(id!, { keys, signal: io.signal });
    if (json) printJson(removed);
    else {
      const { revoked, handed_over } = removed.keys;
      print(printable(`${removed.person_id}: removed; ${revoked} keys revoked, ${handed_over} handed over`));
      print('\n');
    }
    return undefined;
  },
} satisfies Command;
