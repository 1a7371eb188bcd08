import { join } from 'node:path';
import { DEFAULT_BASE_URL } from '@instavm/sdk';
import { emptyDocument, type Profile } from '../config/document.ts';
import { readConfig, type StoredConfig } from '../config/read.ts';
import { CliError, usageError } from '../errors/cli-error.ts';
import { type Io, readStdin } from '../io.ts';
import { type Credential, credentialsOf, shadowLine } from './credentials.ts';
import type { GlobalFlags } from './flags.ts';

export interface Setting<Source extends string> {
  value: string;
  source: Source;
}

/** What is in force for one run, and where it comes from. */
export interface Settings {
  configPath: string;
  profile: string;
  credentials: Credential[];
  storedKey: boolean;
  baseUrl: Setting<'flag' | 'env' | 'config' | 'default'>;
  sshHost: Setting<'flag' | 'env' | 'config' | 'derived'>;
  /** Lines for stderr. */
  notes: string[];
}

export function configPathOf(home: string): string {
  return join(home, '.instavm', 'config.json');
}

/** Finds every setting: flag, then standard input, then environment, then stored, then default. */
export async function resolveSettings(
  io: Io,
  flags: GlobalFlags,
  options: { profileMayBeNew?: boolean } = {},
): Promise<Settings> {
  const configPath = configPathOf(io.home);
  const stored = await readStored(io, flags, configPath);
  const profile = profileName(io, flags) ?? stored.document.active_profile;
  const exists = Object.hasOwn(stored.document.profiles, profile);
  if (!exists && !options.profileMayBeNew)
    throw unknownProfile(profile, Object.keys(stored.document.profiles), configPath);
  const settings: Partial<Profile> = exists ? stored.document.profiles[profile]! : {};
  const storedKey = settings.auth?.api_key ?? null;
  const credentials = credentialsOf({
    flag: flags.apiKey,
    stdin: await keyOnStdin(io, flags),
    env: io.env,
    stored: storedKey,
    profile,
  });
  const baseUrl = pick(
    [
      { source: 'flag', value: flags.baseUrl, name: '--base-url' },
      { source: 'env', value: io.env.INSTAVM_BASE_URL, name: 'INSTAVM_BASE_URL' },
      { source: 'config', value: settings.base_url },
    ],
    { source: 'default', value: DEFAULT_BASE_URL },
  );
  const sshHost = pick(
    [
      { source: 'flag', value: flags.sshHost, name: '--ssh-host' },
      { source: 'env', value: io.env.INSTAVM_SSH_HOST, name: 'INSTAVM_SSH_HOST' },
      { source: 'config', value: settings.ssh_host },
    ],
    { source: 'derived', value: hostOf(baseUrl.value) },
  );
  const notes = [stored.warning, shadowLine(credentials)].filter((line) => line !== null);
  return { configPath, profile, credentials, storedKey: storedKey !== null, baseUrl, sshHost, notes };
}

/** `--profile`, else INSTAVM_PROFILE, else undefined: the active one. */
export function profileName(io: Io, flags: GlobalFlags): string | undefined {
  const given = flags.profile ?? io.env.INSTAVM_PROFILE;
  if (given === undefined) return undefined;
  const name = given.trim();
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  const place = flags.profile === undefined ? 'INSTAVM_PROFILE' : '--profile';
  throw usageError(
    `${place} ${name === '' ? 'is blank' : 'is no name of a profile'}`,
    'A name is 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit',
    `Give a name, or leave ${place} out`,
  );
}

// A broken file stops nothing that does not need it: with key and address given it is only mentioned.
async function readStored(io: Io, flags: GlobalFlags, path: string): Promise<StoredConfig> {
  try {
    return await readConfig(path, io.uid);
  } catch (error) {
    const keyGiven = flags.apiKey ?? (flags.apiKeyStdin ? '' : io.env.INSTAVM_API_KEY);
    const addressGiven = flags.baseUrl ?? io.env.INSTAVM_BASE_URL;
    const profileGiven = flags.profile ?? io.env.INSTAVM_PROFILE;
    const needed = keyGiven === undefined || addressGiven === undefined || profileGiven !== undefined;
    if (needed || !(error instanceof CliError)) throw error;
    return { document: emptyDocument(), warning: `${error.message}; this command does not need it.` };
  }
}

async function keyOnStdin(io: Io, flags: GlobalFlags): Promise<string | null | undefined> {
  if (!flags.apiKeyStdin) return undefined;
  if (flags.apiKey !== undefined) return null;
  if (io.stdin.isTTY) {
    throw usageError(
      '--api-key-stdin found no pipe',
      'Standard input is the terminal',
      'Pipe the key: printf %s "$KEY" | instavm --api-key-stdin ...',
    );
  }
  return readStdin(io);
}

interface Candidate<Source extends string> {
  source: Source;
  value: string | undefined;
  /** A blank value of a named one is an error; a stored one is never blank. */
  name?: string;
}

function pick<Source extends string, Fallback extends string>(
  candidates: Candidate<Source>[],
  fallback: Setting<Fallback>,
): Setting<Source | Fallback> {
  const found = candidates.find(({ value }) => value !== undefined);
  if (!found) return fallback;
  const value = found.value!.trim();
  if (value !== '') return { value, source: found.source };
  throw usageError(
    `${found.name} is blank`,
    'It was given but holds no text',
    `Give a value, or leave ${found.name} out`,
  );
}

// The published CLI sends hosts with "instavm" in their name to its vendor's gateway; a host is only itself here.
function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).hostname : 'localhost';
}

function unknownProfile(name: string, known: string[], path: string): CliError {
  return usageError(
    `There is no profile ${name}`,
    `${path} holds ${known.join(', ')}`,
    `Make it with \`instavm auth set-key --profile ${name}\`, or choose another`,
  );
}
