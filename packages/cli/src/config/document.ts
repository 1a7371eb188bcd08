/** The stored settings as both this program and the published one write them. */
export interface ConfigDocument {
  schema_version: number;
  active_profile: string;
  profiles: Record<string, Profile>;
  [other: string]: unknown;
}

export interface Profile {
  auth: { type: string; api_key: string | null; [other: string]: unknown };
  base_url?: string;
  ssh_host?: string;
  [other: string]: unknown;
}

export const DEFAULT_PROFILE = 'default';

export function emptyDocument(): ConfigDocument {
  return normalizeDocument(null);
}

/** Makes a document of whatever JSON was in the file. Fields that this version does not know are kept. */
export function normalizeDocument(value: unknown): ConfigDocument {
  const given = isRecord(value) ? value : {};
  const entries = Object.entries(isRecord(given.profiles) ? given.profiles : {})
    .filter((entry): entry is [string, Record<string, unknown>] => isRecord(entry[1]))
    .map(([name, profile]): [string, Profile] => [name, normalizeProfile(profile)]);
  const profiles = Object.fromEntries(entries);
  if (!Object.hasOwn(profiles, DEFAULT_PROFILE)) profiles[DEFAULT_PROFILE] = normalizeProfile({});
  const active = given.active_profile;
  return {
    ...given,
    schema_version: Number.isInteger(given.schema_version) ? (given.schema_version as number) : 1,
    active_profile: typeof active === 'string' && Object.hasOwn(profiles, active) ? active : DEFAULT_PROFILE,
    profiles,
  };
}

export interface ProfileChange {
  /** null removes the key. */
  apiKey?: string | null;
  /** Blank removes the setting. */
  baseUrl?: string;
  sshHost?: string;
}

/** The document with one profile changed, or made. */
export function withProfile(document: ConfigDocument, name: string, change: ProfileChange): ConfigDocument {
  const before = Object.hasOwn(document.profiles, name) ? document.profiles[name]! : normalizeProfile({});
  const auth =
    change.apiKey === undefined ? before.auth : { ...before.auth, type: 'api_key', api_key: change.apiKey };
  const profile = normalizeProfile({
    ...before,
    auth,
    ...(change.baseUrl !== undefined && { base_url: change.baseUrl }),
    ...(change.sshHost !== undefined && { ssh_host: change.sshHost }),
  });
  return { ...document, profiles: { ...document.profiles, [name]: profile } };
}

/** Sorted keys, two spaces, a line end: the same document gives the same bytes in both programs. */
export function serialize(document: ConfigDocument): string {
  return `${JSON.stringify(sorted(document), null, 2)}\n`;
}

function normalizeProfile(given: Record<string, unknown>): Profile {
  const { base_url, ssh_host, ...rest } = given;
  const auth = isRecord(given.auth) ? given.auth : {};
  const baseUrl = trimmed(base_url);
  const sshHost = trimmed(ssh_host);
  return {
    ...rest,
    auth: { ...auth, type: trimmed(auth.type) ?? 'api_key', api_key: trimmed(auth.api_key) },
    ...(baseUrl !== null && { base_url: baseUrl }),
    ...(sshHost !== null && { ssh_host: sshHost }),
  };
}

function trimmed(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
