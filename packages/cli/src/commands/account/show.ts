import type { Command } from '../../command.ts';
import { accountCard } from './card.ts';

export default {
  async run(context) {
    const { io, json, print, printJson } = context;
    const client = await context.client();
    const account = await client.account.get({ signal: io.signal });
    if (json) printJson(account);
    else print(accountCard(account));
    return undefined;
  },
} satisfies Command;
