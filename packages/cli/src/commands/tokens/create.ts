import type { Command } from '../../command.ts';
import { durationSeconds, exactTime } from '../../output/time.ts';

interface Flags {
  label?: string;
  scope?: string[];
  expiresIn?: number;
}

export default {
  args: [['<vm_id>', 'the machine']],
  options: [
    { flags: '--label <text>', description: 'what it is for' },
    {
      flags: '--scope <scope>',
      description: 'what it may do (default self:read and self:stop); repeatable',
      repeatable: true,
    },
    {
      flags: '--expires-in <time>',
      description: 'end so long from now, e.g. 30m (default: with the machine)',
      parse: durationSeconds,
    },
  ],
  help: 'It is good for this machine alone and ends with it. The token alone is printed on standard output, this once.',
  async run({ io, args, json, options, print, printJson, note, ...context }) {
    const client = await context.client();
    const { label, scope, expiresIn } = options as Flags;
    const fields = { label: label ?? null, scopes: scope ?? null, lifetime_seconds: expiresIn ?? null };
    const token = await client.sandboxTokens.create(args[0] as string, fields, { signal: io.signal });
    if (json) printJson(token);
    else print(`${token.token}\n`);
    const end = exactTime(token.expires_at, io.now());
    note(`Created token ${token.id} of ${token.vm_id}, ends ${end ?? 'with the machine'}.`);
    note('This is the only time the whole token is shown: store it now.');
    return undefined;
  },
} satisfies Command;
