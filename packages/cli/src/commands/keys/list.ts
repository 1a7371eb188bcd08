import type { ApiKey } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';
import { printable } from '../../output/text.ts';
import { timeInWords } from '../../output/time.ts';
import { ENVIRONMENTS } from './fields.ts';
import { lastUseInWords, noticeLine, noticesInWords, scopesInWords } from './words.ts';

const STATUSES = ['active', 'disabled', 'expired', 'rotated', 'revoked', 'all'] as const;

export default {
  options: [
    { flags: '-a, --all', description: 'also revoked keys' },
    { flags: '--status <status>', description: 'keys in this state', choices: STATUSES },
    {
      flags: '--environment <name>',
      description: 'keys of this environment; none for those without one',
      choices: [...ENVIRONMENTS, 'none'],
    },
  ],
  help: 'Below the table: what the owners of keys should know, each with the line that settles it.',
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const client = await context.client();
    const status = (options.all ? 'all' : options.status) as ApiKey['status'] | 'all' | undefined;
    const listed = await client.apiKeys.list({ status, signal: io.signal });
    const { environment } = options as { environment?: string };
    const keys = listed.filter((key) => !environment || (key.environment ?? 'none') === environment);
    if (json) printJson({ api_keys: keys });
    else if (keys.length === 0) print('No API keys.\n');
    else print(asText(keys, io.now(), statusPainter(io)));
    return undefined;
  },
} satisfies Command;

function asText(keys: ApiKey[], nowMs: number, paint: ReturnType<typeof statusPainter>): string {
  const rows = table(keys, [
    { title: 'ID', value: (key) => key.id },
    { title: 'Label', value: (key) => key.label },
    { title: 'Environment', value: (key) => key.environment },
    { title: 'Key', value: (key) => `${key.key_prefix}…` },
    { title: 'Scopes', value: (key) => scopesInWords(key.scopes) },
    { title: 'Created', value: (key) => timeInWords(key.created_at, nowMs) },
    { title: 'Last used', value: (key) => lastUseInWords(key.last_used, nowMs) },
    { title: 'Expires', value: (key) => timeInWords(key.expires_at, nowMs) },
    { title: 'Status', value: (key) => key.status, paint: (text, key) => paint(text, key.status) },
    { title: 'Notices', value: (key) => noticesInWords(key.notices) },
  ]);
  const notices = keys.flatMap(({ id, notices = [] }) =>
    notices.map((notice) => `  ${id}: ${printable(noticeLine(notice))}\n`),
  );
  const below = notices.length > 0 ? `\nNotices\n${notices.join('')}` : '';
  return `API keys (${keys.length})\n\n${rows}${below}`;
}
