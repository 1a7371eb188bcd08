import type { Command } from '../../command.ts';
import { EXIT } from '../../errors/cli-error.ts';
import { card } from '../../output/text.ts';

export default {
  args: [['<id>', 'the webhook']],
  help: 'The receiver is sent a challenge, which it has to repeat. Ends with 1 when it does not.',
  async run({ io, args, json, print, printJson, ...context }) {
    const client = await context.client();
    const id = args[0] as string;
    const endpoint = await context.progress('Asking the receiver', () =>
      client.webhooks.verifyEndpoint(id, { signal: io.signal }),
    );
    if (json) printJson(endpoint);
    else {
      print(
        card([
          ['Webhook', endpoint.id],
          ['Status', endpoint.status],
          ['Verified', endpoint.verified ? 'yes' : 'no'],
          ...(endpoint.reason ? ([['Reason', endpoint.reason]] as [string, unknown][]) : []),
        ]),
      );
    }
    return endpoint.verified ? undefined : EXIT.error;
  },
} satisfies Command;
