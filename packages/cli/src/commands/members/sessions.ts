import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';
import { clientInWords } from '../keys/words.ts';
import { findMembers, MEMBER_ARGUMENT } from './find-member.ts';

export default {
  args: [['<member>', MEMBER_ARGUMENT]],
  help: 'Where they are signed in to the dashboard.',
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const client = await context.client();
    const [id] = await findMembers(context, client, [args[0] as string]);
    const sessions = await client.members.listSessions(id!, { signal: io.signal });
    if (json) printJson({ sessions });
    else if (sessions.length === 0) print('Not signed in.\n');
    else {
      print(
        table(sessions, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'From', value: ({ address }) => address },
          { title: 'With', value: ({ client }) => client && clientInWords(client) },
          { title: 'Signed in', value: ({ created_at }) => timeInWords(created_at, io.now()) },
          { title: 'Last seen', value: ({ last_seen_at }) => timeInWords(last_seen_at, io.now()) },
          { title: 'Ends', value: ({ expires_at }) => timeInWords(expires_at, io.now()) },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
