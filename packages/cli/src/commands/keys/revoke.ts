import type { ApiKey, InstaVM } from '@instavm/sdk';
import type { Command, Context } from '../../command.ts';
import { CliError, EXIT, usageError } from '../../errors/cli-error.ts';
import { printable } from '../../output/text.ts';
import { each } from '../each.ts';

export default {
  args: [['<key...>', 'ids, or the public part as shown: instavm_sk_ and 12 characters']],
  help: 'Final: a revoked key cannot be brought back.',
  async run(context) {
    const client = await context.client();
    const ids = await resolveIds(context, client, context.args[0] as string[]);
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

async function resolveIds({ io }: Context, client: InstaVM, texts: string[]): Promise<number[]> {
  const named = texts.some((text) => !isId(text));
  const keys = named ? await client.apiKeys.list({ status: 'all', signal: io.signal }) : [];
  return [...new Set(texts.map((text) => (isId(text) ? Number(text) : idOfPrefix(text, keys))))];
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

function idOfPrefix(text: string, keys: ApiKey[]): number {
  if (!/^instavm_sk_[0-9A-Za-z]{12}(…|\.\.\.)?$/.test(text)) {
    // Not repeated in the message: it may be a whole key.
    throw usageError(
      'That is no id of a key',
      'A key is named by its number or its public part, never by the whole key',
      'See `instavm keys list`',
    );
  }
  const found = keys.find((key) => text.startsWith(key.key_prefix));
  if (found) return found.id;
  throw new CliError({
    code: 'key_not_found',
    exitCode: EXIT.error,
    message: `There is no API key ${text}`,
    why: 'No key of the account has this public part',
    hint: 'See `instavm keys list --all`',
  });
}
