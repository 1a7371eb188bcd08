import type { Command } from '../../command.ts';
import { EXIT } from '../../errors/cli-error.ts';

export default {
  options: [
    {
      flags: '--known-head <head>',
      description: 'a head that an earlier run printed, which must still be there',
    },
  ],
  help: 'Ends with 1 when an event was changed, removed or put in. Note the head: only then is a trail that was rewritten as a whole found later.',
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const knownHead = options.knownHead as string | undefined;
    const result = await context.progress('Checking the chain', () =>
      client.audit.verify({ knownHead, signal: io.signal }),
    );
    const { ok, rows, head, first_bad: bad } = result;
    if (json) printJson(result);
    else if (ok) print(`The chain holds: ${rows} events\nHead: ${head ?? '-'}\n`);
    else print(`The chain is broken at event ${bad?.id}: ${bad?.detail}\nGood: ${rows} events before it\n`);
    return ok ? EXIT.ok : EXIT.error;
  },
} satisfies Command;
