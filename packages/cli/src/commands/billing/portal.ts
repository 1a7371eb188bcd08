import type { Command } from '../../command.ts';
import { printable } from '../../output/text.ts';

/** The page of this server, whatever address is in force. */
export default {
  async run({ json, print, printJson, ...context }) {
    const { baseUrl } = await context.settings();
    const url = `${baseUrl.value.replace(/\/+$/, '')}/usage`;
    if (json) printJson({ url });
    else print(`${printable(url)}\n`);
    return undefined;
  },
} satisfies Command;
