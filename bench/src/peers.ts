import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Helper, startHelper } from './process.ts';
import { startRedis } from './redis.ts';

const folder = fileURLToPath(new URL('../peers/', import.meta.url));

/** Names of the peers in `bench/peers`, and what the table calls them. */
export const PEERS = {
  none: 'Fastify, no check',
  betterAuthMemory: 'better-auth, SQLite in memory',
  betterAuthFile: 'better-auth, SQLite file',
  betterAuthMap: 'better-auth, Map',
  bearerAuth: 'bearer-auth',
  prefixedApiKey: 'prefixed-api-key',
  redisGet: 'SHA-256, Redis GET',
  oidcProvider: 'oidc-provider',
  rateLimiterMemory: 'rate-limiter-flexible, memory',
} as const;

export type PeerName = keyof typeof PEERS;

export interface PeerReady {
  version: string;
  setting: string;
  port: number;
  keys: string[];
  isBearer: boolean;
}

export interface RunningPeer extends Helper<PeerReady> {
  name: PeerName;
  /** What the table calls it. */
  title: string;
}

/** Starts peers, and keeps what the table says of them below: version and setting, or why one is not there. */
export class Peers {
  readonly notes = new Map<string, string>();
  #installed: string | null | undefined;
  #redis: Awaited<ReturnType<typeof startRedis>> | undefined;

  /** Null when it cannot be had; the reason is in `notes`. */
  async start(name: PeerName, keys: number, title: string = PEERS[name]): Promise<RunningPeer | null> {
    try {
      this.#installed ??= install();
      const env: Record<string, string> = {};
      if (name === 'redisGet') {
        this.#redis ??= await startRedis();
        env.INSTAVM_BENCH_REDIS = this.#redis.socket;
      }
      const helper = await startHelper<PeerReady>('bench/peers/run.mjs', [name, String(keys)], { env });
      this.notes.set(PEERS[name], `${helper.ready.version}; ${helper.ready.setting}`);
      return { ...helper, name, title };
    } catch (error) {
      this.notes.set(PEERS[name], `not measured: ${(error as Error).message.split('\n')[0]}`);
      return null;
    }
  }

  async startAll(names: PeerName[], keys: number): Promise<RunningPeer[]> {
    const started: RunningPeer[] = [];
    for (const name of names) {
      const peer = await this.start(name, keys);
      if (peer) started.push(peer);
    }
    return started;
  }

  async close(): Promise<void> {
    await this.#redis?.stop();
  }
}

/** Locked versions, into a folder of their own beside this one: nothing of them comes with the project. */
function install(): string {
  const lock = createHash('sha256')
    .update(readFileSync(`${folder}package-lock.json`))
    .digest('hex');
  const stamp = `${folder}node_modules/.instavm-installed`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return lock;
  const { status, stderr, error } = spawnSync(
    'npm',
    ['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) {
    const reason = stderr
      ?.split('\n')
      .find((line) => /npm (error|ERR!) (?!code|errno|syscall|path)/.test(line));
    throw new Error(`npm could not install it: ${reason ?? error?.message ?? `exit code ${status}`}`);
  }
  writeFileSync(stamp, lock);
  return lock;
}
