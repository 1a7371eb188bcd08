import type { ApiKey, InstaVM } from '@instavm/sdk';
import type { Context } from '../../command.ts';
import { CliError, EXIT, usageError } from '../../errors/cli-error.ts';

/** Description of the argument that names a key, for `--help`. */
export const KEY_ARGUMENT = 'its id, its 12 public characters, or its label where no other key has it';

/** The ids of keys as people name them. Asks the server only where something else than a number is given. */
export async function findKeys(
  { io }: Context,
  client: InstaVM,
  names: readonly string[],
  isLikely?: (key: ApiKey) => boolean,
): Promise<number[]> {
  for (const name of names) refuseWholeKey(name);
  const needsList = names.some((name) => !isId(name));
  const keys = needsList ? await client.apiKeys.list({ status: 'all', signal: io.signal }) : [];
  return [...new Set(names.map((name) => (isId(name) ? Number(name) : idOf(name, keys, isLikely))))];
}

/** `isLikely` decides where several keys have the label that was given. */
export async function findKey(
  context: Context,
  client: InstaVM,
  name: string,
  isLikely?: (key: ApiKey) => boolean,
): Promise<number> {
  return (await findKeys(context, client, [name], isLikely))[0]!;
}

function isId(name: string): boolean {
  return /^[1-9]\d{0,10}$/.test(name);
}

function idOf(
  name: string,
  keys: readonly ApiKey[],
  isLikely: (key: ApiKey) => boolean = () => true,
): number {
  const publicId = /^(?:instavm_sk_)?([0-9A-Za-z]{12})(?:…|\.\.\.)?$/.exec(name)?.[1];
  const byPublicId = publicId && keys.find((key) => key.key_prefix.endsWith(publicId));
  if (byPublicId) return byPublicId.id;
  const label = name.trim().normalize('NFC');
  const labelled = keys.filter((key) => key.label === label);
  const live = labelled.filter(({ status }) => status === 'active' || status === 'disabled');
  // A label is free again when its key has ended; a living key is meant before a dead one.
  const possible = live.length > 0 ? live : labelled;
  const likely = possible.filter(isLikely);
  const meant = likely.length === 1 ? likely : possible;
  if (meant.length === 1) return meant[0]!.id;
  throw meant.length === 0 ? notFound(name) : ambiguous(meant);
}

/** Before any request, and not repeated in the message: it would stay on the screen and in logs. */
function refuseWholeKey(name: string): void {
  if (!/instavm_s[kt]_[0-9A-Za-z]{13}/i.test(name)) return;
  throw usageError(
    'That is no name of a key',
    'A key is named by its number, its public part or its label, never by the whole key',
    'See `instavm keys list`; if others may have seen the command line, revoke the key',
  );
}

function notFound(name: string): CliError {
  // Longer ones may be keys of an older form.
  const shown = name.length <= 24 ? ` ${name}` : ' of this name';
  return new CliError({
    code: 'key_not_found',
    exitCode: EXIT.error,
    message: `There is no API key${shown}`,
    why: 'No key of the account has this id, public part or label',
    hint: 'See `instavm keys list --all`',
  });
}

function ambiguous(keys: readonly ApiKey[]): CliError {
  const each = keys.map(
    ({ id, environment, status }) => `${id} (${environment ?? 'no environment'}, ${status})`,
  );
  return usageError(
    'Several API keys have this label',
    `They are ${each.slice(0, 5).join(', ')}${each.length > 5 ? ', ...' : ''}`,
    'Name the one that is meant by its id',
  );
}
