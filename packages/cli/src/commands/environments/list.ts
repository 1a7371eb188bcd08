import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';

export default {
  help: 'What differs from the account; - follows it.',
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const environments = await client.account.listEnvironments({ signal: io.signal });
    if (json) printJson({ environments });
    else {
      print(
        table(environments, [
          { title: 'Environment', value: ({ environment }) => environment },
          { title: 'Rate limit', value: ({ rate_limit }) => rate_limit },
          { title: 'At once', value: ({ concurrent_requests }) => concurrent_requests },
          { title: 'Idle s', value: (entry) => entry.machine_idle_timeout_seconds },
          { title: 'Lifetime s', value: (entry) => entry.machine_lifetime_seconds },
          { title: 'Longest s', value: (entry) => entry.machine_lifetime_max_seconds },
          { title: 'Networks', value: ({ networks }) => networks.join(', ') },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
