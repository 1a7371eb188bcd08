import type { Command } from '../../command.ts';
import { table } from '../../output/table.ts';
import { timeInWords } from '../../output/time.ts';
import { scopesInWords } from '../keys/words.ts';

export default {
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const policies = await client.trustPolicies.list({ signal: io.signal });
    if (json) printJson({ trust_policies: policies });
    else if (policies.length === 0) print('No trust policies.\n');
    else {
      print(
        table(policies, [
          { title: 'ID', value: ({ id }) => id },
          { title: 'Name', value: ({ name }) => name },
          { title: 'Subject', value: ({ subject }) => subject },
          { title: 'Environment', value: ({ environment }) => environment },
          { title: 'Scopes', value: ({ scopes }) => scopesInWords(scopes) },
          { title: 'Keys given', value: ({ exchanges }) => exchanges },
          { title: 'Last used', value: ({ last_used_at }) => timeInWords(last_used_at, io.now()) },
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
