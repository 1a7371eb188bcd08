import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';
import { findKey, KEY_ARGUMENT } from './find-key.ts';
import { nameOf } from './words.ts';

export default {
  args: [['<key>', `the old key: ${KEY_ARGUMENT}`]],
  help: 'Puts the old key back in its place and ends its successor; possible until that is first used.',
  async run(context) {
    const { io, args, json, print, printJson } = context;
    const client = await context.client();
    // Both keys of a rotation have the same label.
    const id = await findKey(context, client, args[0] as string, ({ rotated_to }) => rotated_to !== null);
    const key = await client.apiKeys.undoRotation(id, { signal: io.signal });
    if (json) printJson(key);
    else print(`API key ${printable(nameOf(key))} is ${key.status} as before; its successor has ended.\n`);
    return undefined;
  },
} satisfies Command;
