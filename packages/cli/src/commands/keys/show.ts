import type { Command } from '../../command.ts';
import { keyCard } from './card.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';

export default {
  args: [['<key>', KEY_ARGUMENT]],
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const client = await context.client();
    const id = await findKey(context, client, args[0] as string);
    const key = await client.apiKeys.get(id, { signal: io.signal });
    if (json) printJson(key);
    else print(keyCard(key, io.now()));
    return undefined;
  },
} satisfies Command;
