import { type Command, positiveInteger } from '../../command.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';

interface Flags {
  metadata?: [name: string, value: string][];
  limit?: number;
}

export default {
  options: [
    {
      flags: '--metadata <name=value>',
      description: 'with this metadata; repeatable',
      repeatable: true,
      parse: pair,
    },
    { flags: '--limit <count>', description: 'as many at most (default 100)', parse: positiveInteger },
  ],
  help: 'Live sessions alone.',
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { metadata, limit } = options as Flags;
    const wanted = { metadata: metadata && Object.fromEntries(metadata), limit, signal: io.signal };
    const sessions = await client.sessions.list(wanted);
    if (json) printJson({ sessions });
    else if (sessions.length === 0) print('No live sessions.\n');
    else {
      print(
        table(sessions, [
          { title: 'Session', value: ({ session_id }) => session_id },
          { title: 'VM', value: ({ vm_id }) => vm_id },
          { title: 'Status', value: ({ vm_status }) => vm_status },
          { title: 'Environment', value: ({ environment }) => environment },
          { title: 'Last used', value: ({ last_used_at }) => timeInWords(last_used_at, io.now()) },
          { title: 'Expires', value: ({ expires_at }) => timeInWords(expires_at, io.now()) },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new Error('is no pair like team=blue');
}
