import type { AnomalyListOptions } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';
import { nameOf } from '../keys/words.ts';

const STATUSES = ['open', 'quiet', 'resolved', 'all'] as const;

export default {
  options: [
    { flags: '--status <status>', description: 'in this state (default open)', choices: STATUSES },
    { flags: '--key <id>', description: 'of this API key', parse: positiveInteger },
  ],
  async run({ io, json, options, print, printJson, ...context }) {
    const client = await context.client();
    const { status, key } = options as { status?: AnomalyListOptions['status']; key?: number };
    const anomalies = await client.anomalies.list({ status, keyId: key, signal: io.signal });
    if (json) printJson({ anomalies });
    else if (anomalies.length === 0) print('Nothing unusual.\n');
    else {
      print(
        table(anomalies, [
          { title: 'ID', value: ({ id }) => id },
          {
            title: 'API key',
            value: ({ api_key_id, key_label }) => nameOf({ id: api_key_id, label: key_label }),
          },
          { title: 'Status', value: ({ status }) => status },
          { title: 'Last seen', value: ({ last_seen_at }) => timeInWords(last_seen_at, io.now()) },
          { title: 'Key disabled', value: ({ quarantined }) => (quarantined ? 'yes' : 'no') },
          { title: 'What', value: ({ sentence }) => sentence },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
