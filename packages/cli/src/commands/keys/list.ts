import type { ApiKey } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { statusPainter } from '../../output/status.ts';
import { table } from '../../output/table.ts';

const STATUSES = ['active', 'disabled', 'expired', 'rotated', 'revoked', 'all'] as const;

export default {
  options: [
    { flags: '-a, --all', description: 'also keys that have ended' },
    { flags: '--status <status>', description: 'keys in this state', choices: STATUSES },
  ],
  async run(context) {
    const { io, json, options, print, printJson } = context;
    const client = await context.client();
    const status = (options.all ? 'all' : options.status) as ApiKey['status'] | 'all' | undefined;
    const keys = await client.apiKeys.list({ status, signal: io.signal });
    if (json) printJson({ api_keys: keys });
    else if (keys.length === 0) print('No API keys.\n');
    else {
      const paint = statusPainter(io);
      print(`API keys (${keys.length})\n\n`);
      print(
        table(keys, [
          { title: 'ID', value: (key) => key.id },
          { title: 'Key', value: (key) => `${key.key_prefix}…` },
          { title: 'Label', value: (key) => key.label },
          { title: 'Environment', value: (key) => key.environment },
          { title: 'Scopes', value: (key) => key.scopes.join(',') },
          { title: 'Created', value: (key) => key.created_at },
          { title: 'Last used', value: (key) => key.last_used?.at },
          { title: 'Expires', value: (key) => key.expires_at },
          { title: 'Status', value: (key) => key.status, paint: (text, key) => paint(text, key.status) },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
