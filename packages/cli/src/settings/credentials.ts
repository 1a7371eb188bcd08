import { checkKeyText, isOlderKeyText, type KeyTextCheck, maskKey } from '@instavm/sdk';
import { CliError, EXIT } from '../errors/cli-error.ts';

export type CredentialSource = 'flag' | 'stdin' | 'env' | 'config';

/** One place that holds an API key. */
export interface Credential {
  source: CredentialSource;
  /** `--api-key`, `INSTAVM_API_KEY`, `profile default`: how the user knows it. */
  place: string;
  /** Trimmed. null: given, but not read because another comes first. */
  key: string | null;
}

export interface CredentialInputs {
  flag: string | undefined;
  /** undefined: not asked for; null: asked for but not read. */
  stdin: string | null | undefined;
  env: Readonly<Record<string, string | undefined>>;
  stored: string | null;
  profile: string;
}

/** Variables that may hold a key, the one that wins first. The second is the older name. */
export const KEY_VARIABLES = ['INSTAVM_API_KEY', 'INSTA_API_KEY'] as const;

/** Every key that was given, the one in force first. */
export function credentialsOf({ flag, stdin, env, stored, profile }: CredentialInputs): Credential[] {
  const found: Credential[] = [];
  if (flag !== undefined) found.push({ source: 'flag', place: '--api-key', key: flag.trim() });
  if (stdin !== undefined)
    found.push({ source: 'stdin', place: '--api-key-stdin', key: stdin?.trim() ?? null });
  for (const name of KEY_VARIABLES) {
    const value = env[name];
    if (value !== undefined) found.push({ source: 'env', place: name, key: value.trim() });
  }
  if (stored !== null) found.push({ source: 'config', place: `profile ${profile}`, key: stored });
  return found;
}

/** The line that says which keys the one in force hides; null when it hides none. The same key again is not hidden. */
export function shadowLine(credentials: readonly Credential[]): string | null {
  const [winner, ...others] = credentials;
  if (!winner?.key) return null;
  const hidden = others.filter(({ key }) => key !== '' && key !== winner.key);
  if (hidden.length === 0) return null;
  const losers = hidden.map(({ place, key }) => (key === null ? place : `${place} (${maskKey(key)})`));
  return `Using the API key of ${winner.place} (${maskKey(winner.key)}); it hides ${losers.join(' and ')}.`;
}

/** Why this one is in force. */
export function whyInForce(credentials: readonly Credential[]): string {
  const [winner, ...others] = credentials;
  if (!winner) return 'no key was found';
  if (others.length === 0) return 'it is the only one found';
  return `${winner.place} comes before ${others.map(({ place }) => place).join(' and ')}`;
}

/** The key to send. Refuses offline, before any request, what cannot be a key. */
export function usableKey(credentials: readonly Credential[], configPath: string): string {
  const winner = credentials[0];
  if (!winner) {
    throw new CliError({
      code: 'no_api_key',
      exitCode: EXIT.notAuthenticated,
      message: 'No API key',
      why: `None in --api-key, --api-key-stdin, INSTAVM_API_KEY or ${configPath}`,
      hint: 'Store one with `instavm auth set-key`, or set INSTAVM_API_KEY',
    });
  }
  if (!winner.key) throw blankKey(winner.place);
  const check = checkSendable(winner.key);
  if (check.ok) return check.key;
  throw malformedKey(check.problem, winner.place);
}

/** What stops a key from being sent. An older one has no checksum, so only the server can tell what it is. */
export function checkSendable(text: string): KeyTextCheck {
  return isOlderKeyText(text) ? { ok: true, key: text.trim() } : checkKeyText(text);
}

export function blankKey(place: string): CliError {
  return new CliError({
    code: 'blank_api_key',
    exitCode: EXIT.notAuthenticated,
    message: `The API key of ${place} is blank`,
    why: 'It was given but holds no text, so no other key was looked for',
    hint: place.startsWith('INSTA') ? `Put a key in ${place}, or unset it` : 'Give a key, or leave it out',
  });
}

export function malformedKey(problem: string, place: string): CliError {
  return new CliError({
    code: 'malformed_api_key',
    exitCode: EXIT.notAuthenticated,
    message: 'Invalid API key or session expired',
    why: `${problem} (${place})`,
    hint: 'Copy the whole key again, or create a new one; nothing was sent',
  });
}
