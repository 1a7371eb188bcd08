import type { AccountUpdate } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { accountCard } from './card.ts';

interface Flags {
  name?: string;
  keyAgeDays?: number;
  maxKeys?: number | 'none';
  sessionIdleMinutes?: number;
  sessionMaxHours?: number;
}

export default {
  options: [
    { flags: '--name <text>', description: "the account's name" },
    { flags: '--key-age-days <days>', description: 'mark keys older than this', parse: positiveInteger },
    {
      flags: '--max-keys <count>',
      description: "live keys at most; none takes the server's bound",
      parse: (text: string) => (text === 'none' ? text : positiveInteger(text)),
    },
    {
      flags: '--session-idle-minutes <minutes>',
      description: 'end sign-ins that are unused for so long',
      parse: positiveInteger,
    },
    {
      flags: '--session-max-hours <hours>',
      description: 'end sign-ins after so long',
      parse: positiveInteger,
    },
  ],
  async run(context) {
    const { io, json, print, printJson } = context;
    const fields = fieldsOf(context.options as Flags);
    if (Object.keys(fields).length === 0) {
      throw usageError('Nothing to change', null, 'See `instavm account update --help`');
    }
    const client = await context.client();
    const account = await client.account.update(fields, { signal: io.signal });
    if (json) printJson(account);
    else print(accountCard(account));
    return undefined;
  },
} satisfies Command;

function fieldsOf(flags: Flags): AccountUpdate {
  return {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.keyAgeDays !== undefined && { key_age_days: flags.keyAgeDays }),
    ...(flags.maxKeys !== undefined && { max_keys: flags.maxKeys === 'none' ? null : flags.maxKeys }),
    ...(flags.sessionIdleMinutes !== undefined && { session_idle_minutes: flags.sessionIdleMinutes }),
    ...(flags.sessionMaxHours !== undefined && { session_max_hours: flags.sessionMaxHours }),
  };
}
