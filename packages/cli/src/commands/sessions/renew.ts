import { type Command, positiveInteger } from '../../command.ts';
import { sessionCard } from './card.ts';

export default {
  args: [['<session>', 'id of the session']],
  options: [
    {
      flags: '--timeout <seconds>',
      description: 'end so long from now (default: the lifetime that it was made with)',
      parse: positiveInteger,
    },
    { flags: '--idle-timeout <seconds>', description: 'end when unused for so long', parse: positiveInteger },
  ],
  async run({ io, args, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { timeout, idleTimeout } = options as { timeout?: number; idleTimeout?: number };
    const wanted = { lifetimeSeconds: timeout, idleTimeoutSeconds: idleTimeout, signal: io.signal };
    const session = await client.sessions.renew(args[0] as string, wanted);
    if (json) printJson(session);
    else print(sessionCard(session, io.now()));
    return undefined;
  },
} satisfies Command;
