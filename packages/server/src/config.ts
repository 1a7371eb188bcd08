import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Config {
  host: string;
  port: number;
  dataDir: string;
  cacheDir: string;
  vmDriver: 'auto' | 'qemu' | 'fake';
  /** What people's links begin with; null means: the address it listens on. */
  publicUrl: string | null;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: string[] };

/** Variables that are promised but that this version does not know yet: refused, never ignored. */
const NOT_BUILT_YET = [
  'INSTAVM_DATABASE_URL',
  'INSTAVM_SHARES_LISTEN',
  'INSTAVM_TLS_CERT',
  'INSTAVM_TLS_KEY',
  'INSTAVM_TRUSTED_PROXIES',
  'INSTAVM_WEBHOOK_ALLOW',
  'INSTAVM_MAX_KEYS',
];

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
  only('INSTAVM_SIGNUP', ['owner-only'], 'is not built yet in this version; use owner-only or unset it.');
  only('INSTAVM_RATE_LIMIT', ['off'], 'is not built yet in this version; use off or unset it.');
  const driver = only('INSTAVM_VM_DRIVER', ['auto', 'qemu', 'fake'], 'is unknown; use auto, qemu or fake.');
  const publicUrl = read('INSTAVM_PUBLIC_URL');
  if (publicUrl && !isHttpUrl(publicUrl)) {
    problems.push(`INSTAVM_PUBLIC_URL=${publicUrl} is not an address like http://127.0.0.1:8080.`);
  }
  const listen = parseListen(read('INSTAVM_LISTEN'), problems);
  if (flags['data-dir']?.trim() === '') problems.push('--data-dir is blank; give the path of a folder.');
  const port = flags.port === undefined ? listen.port : parsePort('--port', flags.port, problems);

  if (problems.length > 0) return { ok: false, problems };
  const home = env.HOME ?? '/';
  return {
    ok: true,
    value: {
      host: listen.host,
      port,
      dataDir: resolve(
        flags['data-dir'] ??
          read('INSTAVM_DATA_DIR') ??
          join(env.XDG_DATA_HOME || join(home, '.local/share'), 'instavm'),
      ),
      cacheDir: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'instavm'),
      vmDriver: (driver as Config['vmDriver'] | undefined) ?? 'auto',
      publicUrl: publicUrl ? new URL(publicUrl).origin : null,
    },
  };
}

function parseFlags(args: string[], problems: string[]): { port?: string; 'data-dir'?: string } {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    problems.push(`${(error as Error).message} Known options: --port N, --data-dir DIR.`);
    return {};
  }
}

function parseListen(text: string | undefined, problems: string[]): { host: string; port: number } {
  if (text === undefined) return { host: '127.0.0.1', port: 8080 };
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d+)$/.exec(text);
  if (!match) {
    problems.push(`INSTAVM_LISTEN=${text} is not host:port, such as 127.0.0.1:8080.`);
    return { host: '127.0.0.1', port: 8080 };
  }
  const host = match[1] ?? match[2]!;
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) {
    problems.push(
      `INSTAVM_LISTEN=${text} is not built yet in this version: it listens on loopback only (127.0.0.1, ::1).`,
    );
  }
  return { host, port: parsePort('INSTAVM_LISTEN', match[3]!, problems) };
}

function parsePort(name: string, text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  problems.push(`${name}: ${text} is not a port; give 0 to 65535 (0 picks a free one).`);
  return 0;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
