import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { SHOWN_ONCE, secretLine } from './card.ts';

export default {
  args: [['<id>', 'the webhook']],
  help: 'Deliveries are signed with the new secret at once. A lost answer is asked for again without making a second one.',
  async run({ io, args, json, print, printJson, note, ...context }) {
    const client = await context.client();
    const endpoint = await client.webhooks.rotateSecret(args[0] as string, { signal: io.signal });
    if (json) printJson(endpoint);
    else print(`Webhook: ${printable(endpoint.id)}\n${secretLine(endpoint.secret)}`);
    note(SHOWN_ONCE);
    return undefined;
  },
} satisfies Command;
