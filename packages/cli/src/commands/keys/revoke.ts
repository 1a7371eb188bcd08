import type { InstaVM } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { isInteractive, mustConfirm } from '../../prompt.ts';
import { each } from '../each.ts';
import { findKeys, KEY_ARGUMENT } from './find-key.ts';
import { lastUseInWords, nameOf } from './words.ts';

export default {
  args: [['<key...>', KEY_ARGUMENT]],
  options: [{ flags: '-y, --yes', description: 'do not ask' }],
  help: [
    'Final: a revoked key cannot be brought back; `keys disable` can be undone. The answer proves it: from when',
    'the key is refused, and how many of the server processes confirmed that they refuse it.',
  ].join('\n'),
  async run(context) {
    const client = await context.client();
    const ids = await findKeys(context, client, context.args[0] as string[]);
    context.showsNotices();
    if (!context.options.yes && isInteractive(context.io)) await ask(context, client, ids);
    return each(context, {
      items: ids,
      doing: (id) => `Revoking API key ${id}`,
      act: (id) => client.apiKeys.revoke(id, { signal: context.io.signal }),
      line: (id, { status, effective_at, nodes_confirmed }) =>
        printable(`${id}: ${status} at ${effective_at}, confirmed by ${nodes_confirmed}`),
      entry: (id, answer) => ({ id, ...answer }),
      summary: (done, all) => `${done} of ${all} keys were revoked.`,
    });
  },
} satisfies Command;

async function ask({ io, note }: Context, client: InstaVM, ids: number[]): Promise<void> {
  for (const id of ids) {
    const key = await client.apiKeys.get(id, { signal: io.signal });
    const use = lastUseInWords(key.last_used, io.now());
    note(`API key ${nameOf(key)}, ${key.key_prefix}…: ${use ? `last used ${use}` : 'never used'}.`);
    if (key.safe_to_delete) note(`  ${key.safe_to_delete.reason}`);
  }
  await mustConfirm(io, ids.length === 1 ? 'Revoke it for good?' : `Revoke these ${ids.length} for good?`);
}
