import type { Command } from '../../command.ts';
import { readIds } from '../read-ids.ts';
import { policyCard } from './card.ts';

export default {
  args: [['<id>', 'the policy']],
  async run({ io, args, json, print, printJson, ...context }) {
    const [id] = readIds([args[0] as string], 'trust policy', 'trust list');
    const client = await context.client();
    const policy = await client.trustPolicies.get(id!, { signal: io.signal });
    if (json) printJson(policy);
    else print(policyCard(policy, io.now()));
    return undefined;
  },
} satisfies Command;
