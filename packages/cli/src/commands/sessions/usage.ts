import type { Command } from '../../command.ts';
import { amount, bytesInWords, short } from '../../output/figures.ts';
import { card } from '../../output/text.ts';

export default {
  args: [['<session>', 'id of the session']],
  help: 'Also after its end.',
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const usage = await client.sessions.usage(args[0] as string, { signal: io.signal });
    if (json) printJson(usage);
    else {
      print(
        card([
          ['Session', usage.session_id],
          ['VM', usage.vm_id],
          ['Started', usage.started_at],
          ['Ended', usage.ended_at ?? 'not yet'],
          ['Machine seconds', short(usage.vm_seconds)],
          ['Cost', amount(usage.cost_dollars)],
          ['CPU hours', amount(usage.cpu_hours)],
          ['RAM GiB-hours', amount(usage.ram_gib_hours)],
          ['Requests', usage.requests],
          ['Executions', usage.executions],
          ['Data', `${bytesInWords(usage.bytes_in)} in, ${bytesInWords(usage.bytes_out)} out`],
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
