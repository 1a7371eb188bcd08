import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';

export default {
  async run(context) {
    const { io, json, print, printJson } = context;
    const client = await context.client();
    const members = await client.members.list({ signal: io.signal });
    if (json) printJson({ members });
    else {
      const paint = statusPainter(io);
      print(`Members (${members.length})\n\n`);
      print(
        table(members, [
          { title: 'ID', value: (member) => member.person_id },
          { title: 'Name', value: (member) => member.name },
          { title: 'E-mail', value: (member) => member.email },
          { title: 'Role', value: (member) => member.role },
          { title: 'API keys', value: (member) => member.live_keys },
          { title: 'Joined', value: (member) => timeInWords(member.joined_at, io.now()) },
          {
            title: 'Status',
            value: (member) => member.status,
            paint: (text, { status }) => paint(text, status),
          },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
