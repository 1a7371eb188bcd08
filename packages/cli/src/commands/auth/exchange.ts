import { type ExchangedKey, InstaVM, maskKey } from '@instavm/sdk';
import { type Command, type Context, positiveInteger } from '../../command.ts';
import { withProfile } from '../../config/document.ts';
import { updateConfig } from '../../config/update.ts';
import { usageError } from '../../errors/cli-error.ts';
import { readStdin } from '../../io.ts';
import { durationSeconds, exactTime } from '../../output/time.ts';
import { resolveSettings } from '../../settings/settings.ts';

interface Flags {
  tokenStdin?: boolean;
  policy?: number;
  scope?: string[];
  lifetime?: number;
  store?: boolean;
}

export default {
  options: [
    { flags: '--token-stdin', description: 'read the identity token (JWT) from standard input' },
    {
      flags: '--policy <id>',
      description: 'by this trust policy, when the token fits several',
      parse: positiveInteger,
    },
    {
      flags: '--scope <scope>',
      description: 'what the key may do, within the policy (default all of it); repeatable',
      repeatable: true,
    },
    { flags: '--lifetime <time>', description: 'of the key, e.g. 15m', parse: durationSeconds },
    { flags: '--store', description: 'store the key for the next commands instead of printing it' },
  ],
  help: [
    'Gives an API key that ends soon for the identity token of CI or a cluster, where a trust policy says so',
    '(`instavm trust create`). The key alone is printed on standard output:',
    '  export INSTAVM_API_KEY=$(printf %s "$ID_TOKEN" | instavm auth exchange --token-stdin)',
  ].join('\n'),
  async run(context) {
    const { io, flags, json, options, print, printJson, note } = context;
    const { tokenStdin, policy, scope, lifetime, store } = options as Flags;
    if (!tokenStdin) throw noToken('A token on the command line would be seen by others on this machine');
    const subjectToken = (await readStdin(io)).trim();
    if (subjectToken === '') throw noToken('Standard input holds nothing');
    const settings = await resolveSettings(io, flags, { profileMayBeNew: store === true });
    const key = await InstaVM.exchangeToken({
      baseUrl: settings.baseUrl.value,
      subjectToken,
      policyId: policy,
      scopes: scope,
      lifetimeSeconds: lifetime,
      signal: io.signal,
    });
    if (store) await storeKey(context, settings, key);
    else if (!json) print(`${key.apiKey}\n`);
    if (json) printJson(asJson(key, store === true));
    note(`API key ${key.apiKeyId} ends ${exactTime(key.expiresAt.toISOString(), io.now())}.`);
    return undefined;
  },
} satisfies Command;

async function storeKey(
  { io, flags, note }: Context,
  { configPath, profile }: { configPath: string; profile: string },
  { apiKey }: ExchangedKey,
): Promise<void> {
  const change = { apiKey, ...(flags.baseUrl !== undefined && { baseUrl: flags.baseUrl }) };
  await updateConfig(configPath, io, (document) => withProfile(document, profile, change));
  note(`Stored API key ${maskKey(apiKey)} in ${configPath}.`);
}

function asJson({ apiKey, apiKeyId, expiresAt, scopes }: ExchangedKey, isStored: boolean) {
  const expires_at = expiresAt.toISOString();
  return {
    api_key_id: apiKeyId,
    expires_at,
    scopes,
    ...(isStored ? { status: 'stored' } : { api_key: apiKey }),
  };
}

function noToken(why: string) {
  return usageError(
    'The identity token is missing',
    why,
    'Pipe it: printf %s "$ID_TOKEN" | instavm auth exchange --token-stdin',
  );
}
