import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';

export default {
  options: [{ flags: '--name <text>', description: "the account's name, as a proof that this one is meant" }],
  help: 'Final, and for owners alone: every key is revoked, this one too, and every machine is ended.',
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const { name } = options as { name?: string };
    if (name === undefined) {
      throw usageError(
        'The name of the account is missing',
        'Closing it is final',
        'Give it with --name; `instavm account show` tells it',
      );
    }
    const client = await context.client();
    const closed = await client.account.close(name, { signal: io.signal });
    if (json) printJson(closed);
    else print(`Closed at ${closed.closed_at}; ${closed.keys.revoked} keys revoked.\n`);
    return undefined;
  },
} satisfies Command;
