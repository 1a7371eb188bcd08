import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rateLimitProblem } from '@instavm/contract/rate-limit';
import type { Pace } from './limits/gcra.ts';
import { readOnlyPace } from './limits/key-limits.ts';
import { isLoopbackHost, type ListenConfig, parseListenConfig, parseNetworks } from './listen-config.ts';
import { type MailConfig, parseMailConfig } from './mail-config.ts';

export interface Config extends ListenConfig {
  dataDir: string;
  cacheDir: string;
  vmDriver: 'auto' | 'qemu' | 'fake';
  /** What people's links begin with; null means: the address it listens on. */
  publicUrl: string | null;
  /** Who may bring new people: owners by invitation, whoever manages members, or everybody by themselves too. */
  signUp: (typeof SIGN_UP)[number];
  /** Live keys that an account may have. */
  maxKeys: number;
  /** Of each key for which neither it nor its account sets one; null is none. */
  keyRateLimit: Pace | null;
  /** Null: nothing is mailed. */
  mail: MailConfig | null;
  /** Networks as CIDR that webhooks reach although they are private or loopback, by plain http too. */
  webhookAllow: string[];
}

/** Live keys that an account may have, where neither it nor `INSTAVM_MAX_KEYS` says otherwise. */
export const DEFAULT_MAX_KEYS = 1000;

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: string[] };

/** Variables that are promised but that this version does not know yet: refused, never ignored. */
const NOT_BUILT_YET = ['INSTAVM_DATABASE_URL', 'INSTAVM_SHARES_LISTEN'];

const SIGN_UP = ['owner-only', 'invite', 'open'] as const;

const OPTIONS = { port: { type: 'string' }, 'data-dir': { type: 'string' } } as const;

/** Flags win over the environment. Every mistake is reported, not only the first. */
export function parseConfig(args: string[], env: Record<string, string | undefined>): Parsed<Config> {
  const problems: string[] = [];
  const flags = parseFlags(args, problems);
  const read = (name: string) => env[name]?.trim() || undefined;

  for (const name of NOT_BUILT_YET) {
    if (read(name)) problems.push(`${name} is not built yet in this version; unset it.`);
  }
  const only = (name: string, allowed: string[], says: string) => {
    const value = read(name);
    if (value && !allowed.includes(value)) problems.push(`${name}=${value} ${says}`);
    return value;
  };
  const signUp = only('INSTAVM_SIGNUP', [...SIGN_UP], 'is unknown; use owner-only, invite or open.');
  const keyRateLimit = parseKeyRateLimit(read('INSTAVM_RATE_LIMIT'), problems);
  const driver = only('INSTAVM_VM_DRIVER', ['auto', 'qemu', 'fake'], 'is unknown; use auto, qemu or fake.');
  const maxKeys = parseMaxKeys(read('INSTAVM_MAX_KEYS'), problems);
  const publicUrl = parsePublicUrl(read('INSTAVM_PUBLIC_URL'), problems);
  const mail = parseMailConfig(read, publicUrl, problems);
  const webhookAllow = parseNetworks('INSTAVM_WEBHOOK_ALLOW', read('INSTAVM_WEBHOOK_ALLOW'), problems);
  const listen = parseListenConfig(read, flags.port, problems);
  if (flags['data-dir']?.trim() === '') problems.push('--data-dir is blank; give the path of a folder.');

  if (problems.length > 0) return { ok: false, problems };
  const home = env.HOME ?? '/';
  return {
    ok: true,
    value: {
      ...listen,
      dataDir: resolve(
        flags['data-dir'] ??
          read('INSTAVM_DATA_DIR') ??
          join(env.XDG_DATA_HOME || join(home, '.local/share'), 'instavm'),
      ),
      cacheDir: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'instavm'),
      vmDriver: (driver as Config['vmDriver'] | undefined) ?? 'auto',
      publicUrl,
      signUp: (signUp as Config['signUp'] | undefined) ?? 'owner-only',
      maxKeys,
      keyRateLimit,
      mail,
      webhookAllow,
    },
  };
}

function parseMaxKeys(text: string | undefined, problems: string[]): number {
  if (text === undefined) return DEFAULT_MAX_KEYS;
  const count = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (count < 1) problems.push(`INSTAVM_MAX_KEYS=${text} is not a whole number from 1 to 99999999.`);
  return count;
}

function parseKeyRateLimit(text: string | undefined, problems: string[]): Pace | null {
  if (text === undefined) return null;
  const problem = rateLimitProblem(text);
  if (problem) problems.push(`INSTAVM_RATE_LIMIT=${text} ${problem}.`);
  return readOnlyPace(text);
}

function parseFlags(args: string[], problems: string[]): { port?: string; 'data-dir'?: string } {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    problems.push(`${(error as Error).message} Known options: --port N, --data-dir DIR.`);
    return {};
  }
}

/** Only the origin counts: the dashboard lives at the root of its host. */
function parsePublicUrl(text: string | undefined, problems: string[]): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    problems.push(`INSTAVM_PUBLIC_URL=${text} is not an address like https://instavm.example.org.`);
    return null;
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    problems.push(
      `INSTAVM_PUBLIC_URL=${text} is plain http, which is refused from other machines; give its https address.`,
    );
  }
  return url.origin;
}
