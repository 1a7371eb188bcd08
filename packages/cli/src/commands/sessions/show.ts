import type { Command } from '../../command.ts';
import { sessionCard } from './card.ts';

export default {
  args: [['<session>', 'id of the session']],
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const session = await client.sessions.get(args[0] as string, { signal: io.signal });
    if (json) printJson(session);
    else print(sessionCard(session, io.now()));
    return undefined;
  },
} satisfies Command;
