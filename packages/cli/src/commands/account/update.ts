import type { AccountUpdate } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { accountCard } from './card.ts';
import { placeOption, placesOf } from './places.ts';
import { ACCOUNT_SETTINGS, NONE, numberOrNone, settingsOf } from './settings.ts';

interface Flags {
  name?: string;
  keyAgeDays?: number;
  maxKeys?: number | typeof NONE;
  sessionIdleMinutes?: number;
  sessionMaxHours?: number;
  quarantine?: 'on' | 'off';
  place?: Parameters<typeof placesOf>[0];
}

export default {
  options: [
    { flags: '--name <text>', description: "the account's name" },
    { flags: '--key-age-days <days>', description: 'mark keys older than this', parse: positiveInteger },
    {
      flags: '--max-keys <count>',
      description: "live keys at most; none takes the server's bound",
      parse: numberOrNone,
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
    ...ACCOUNT_SETTINGS.map(({ option }) => option),
    {
      flags: '--quarantine <mode>',
      description: 'on: disable keys whose use looks like an attack',
      choices: ['on', 'off'],
    },
    placeOption,
  ],
  help: 'What is not given stays as it is; none follows what is wider. --place replaces all places.',
  async run(context) {
    const { io, json, print, printJson } = context;
    const fields = fieldsOf(context.options);
    if (Object.keys(fields).length === 0) {
      throw usageError('Nothing to change', 'No setting was given', 'See `instavm account update --help`');
    }
    const client = await context.client();
    const account = await client.account.update(fields, { signal: io.signal });
    if (json) printJson(account);
    else print(accountCard(account));
    return undefined;
  },
} satisfies Command;

function fieldsOf(options: Readonly<Record<string, unknown>>): AccountUpdate {
  const flags = options as Flags;
  return {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.keyAgeDays !== undefined && { key_age_days: flags.keyAgeDays }),
    ...(flags.maxKeys !== undefined && { max_keys: flags.maxKeys === NONE ? null : flags.maxKeys }),
    ...(flags.sessionIdleMinutes !== undefined && { session_idle_minutes: flags.sessionIdleMinutes }),
    ...(flags.sessionMaxHours !== undefined && { session_max_hours: flags.sessionMaxHours }),
    ...settingsOf(ACCOUNT_SETTINGS, options),
    ...(flags.quarantine && { quarantine: flags.quarantine === 'on' }),
    ...(flags.place && { places: placesOf(flags.place) }),
  };
}
