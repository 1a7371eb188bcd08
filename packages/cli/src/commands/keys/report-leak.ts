import type { Command } from '../../command.ts';
import { connect } from '../../context.ts';
import { readKeyFromStdin } from './read-key.ts';

export default {
  help: [
    'The leaked key is read from standard input, or asked for on a terminal. No key of your own is needed, and the',
    'answer is the same for any text: whether it was a key is told to its owner alone.',
    '  printf %s "$LEAKED_KEY" | instavm keys report-leak',
  ].join('\n'),
  async run(context) {
    const { io, json, print, printJson } = context;
    const key = await readKeyFromStdin(context, 'keys report-leak');
    const { baseUrl } = await context.settings();
    const receipt = await connect('', baseUrl.value).apiKeys.reportLeak(key, { signal: io.signal });
    if (json) printJson(receipt);
    else print('Received. If it was a key of this server, it is revoked and its owner sees why.\n');
    return undefined;
  },
} satisfies Command;
