import type { EnvironmentSettings, EnvironmentSettingsUpdate } from '@instavm/sdk';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { card } from '../../output/text.ts';
import { sharedRows } from '../account/card.ts';
import { SHARED_SETTINGS, settingsOf } from '../account/settings.ts';
import { ENVIRONMENTS } from '../keys/fields.ts';

export default {
  args: [['<environment>', ENVIRONMENTS.join(', ')]],
  options: [
    ...SHARED_SETTINGS.map(({ option }) => option),
    {
      flags: '--network <network>',
      description: 'where its keys are used from, e.g. 192.0.2.0/24, or none; repeatable',
      repeatable: true,
    },
  ],
  help: 'What is not given stays as it is; none follows the account. --network replaces the whole list.',
  async run({ io, args, json, options, print, printJson, ...context }) {
    const environment = args[0] as EnvironmentSettings['environment'];
    if (!ENVIRONMENTS.includes(environment)) throw unknown(environment);
    const networks = options.network as string[] | undefined;
    const fields: EnvironmentSettingsUpdate = {
      ...settingsOf(SHARED_SETTINGS, options),
      ...(networks && { networks: networks.filter((network) => network !== 'none') }),
    };
    if (Object.keys(fields).length === 0)
      throw usageError(
        'Nothing to change',
        'No setting was given',
        'See `instavm environments update --help`',
      );
    const client = await context.client();
    const updated = await client.account.updateEnvironment(environment, fields, { signal: io.signal });
    if (json) printJson(updated);
    else print(environmentCard(updated));
    return undefined;
  },
} satisfies Command;

function environmentCard(settings: EnvironmentSettings): string {
  return card([
    ['Environment', settings.environment],
    ...sharedRows(settings, "the account's setting"),
    ['Networks', settings.networks.join(', ') || 'any'],
  ]);
}

function unknown(name: string) {
  return usageError(
    `There is no environment ${name}`,
    'Environments are the same in every account',
    `Give one of ${ENVIRONMENTS.join(', ')}`,
  );
}
