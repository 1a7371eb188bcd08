import type { Kysely } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { LivePeppers } from './pepper.ts';
import { knownVersions, pepperUse, rememberVersions } from './pepper-check.ts';
import { readPepperFile, writePepperFile } from './pepper-file.ts';
import { base64, currentVersion, type PepperSet, signInSecret } from './pepper-set.ts';
import type { Rewraps } from './rewraps.ts';

export interface PepperStatus {
  source: 'file' | 'environment';
  current: number;
  versions: {
    version: number;
    fingerprint: string;
    first_seen_at: string;
    retired_at: string | null;
    live_keys: number;
    ended_keys: number;
  }[];
}

export interface PepperKeeperDeps {
  db: Kysely<Database>;
  keys: Pick<KeyRing, 'end' | 'load'>;
  peppers: LivePeppers;
  rewraps: Rewraps;
  dataDir: string;
  /** As it was at the start. */
  set: PepperSet;
  source: PepperStatus['source'];
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/** Refused: `liveKeys` keys can be checked with this version alone. */
export interface StillUsed {
  refused: 'current' | 'unknown' | 'in_use' | 'other_count';
  liveKeys: number;
}

/** Changes the pepper of a folder while requests are checked with it. */
export class PepperKeeper {
  readonly #deps: PepperKeeperDeps;
  #set: PepperSet;
  constructor(deps: PepperKeeperDeps) {
    this.#deps = deps;
    this.#set = deps.set;
  }

  async status(): Promise<PepperStatus> {
    const { db, now, source } = this.#deps;
    const use = new Map(
      (await pepperUse(db, new Date(now()).toISOString())).map((one) => [one.version, one]),
    );
    const versions = (await knownVersions(db)).map((known) => ({
      ...known,
      live_keys: use.get(known.version)?.live ?? 0,
      ended_keys: use.get(known.version)?.ended ?? 0,
    }));
    return { source, current: currentVersion(this.#set), versions };
  }

  /**
   * Makes the next version: on the disk, then known to the database, then in use. With the environment as the
   * place of the pepper nothing changes: `entry` is what its owner has to append.
   */
  async rotate(): Promise<{ version: number; entry: string | null }> {
    const { db, source, dataDir, now, randomBytes } = this.#deps;
    const secret = randomBytes(32);
    if (source === 'environment') {
      const version = currentVersion(this.#set) + 1;
      return { version, entry: `${version}:${base64(secret)}` };
    }
    // Up to the write nothing is awaited, so that two rotations at once make two versions and not one twice.
    const stored = readPepperFile(dataDir) ?? this.#set;
    const version = currentVersion(stored) + 1;
    const next: PepperSet = { ...stored, versions: new Map([...stored.versions, [version, secret]]) };
    writePepperFile(dataDir, next);
    await rememberVersions(db, next, new Date(now()).toISOString());
    if (currentVersion(next) > currentVersion(this.#set)) this.#use(next);
    return { version, entry: null };
  }

  /**
   * Forgets a version. While live keys need it, that is refused unless `force` is their exact number: those keys
   * are then ended first. With the environment, `entries` is what has to stand there in its place.
   */
  async retire(
    actor: Actor,
    version: number,
    force: number | null,
  ): Promise<StillUsed | { refused: null; endedKeys: number; entries: string | null }> {
    const { db, keys, rewraps, source, dataDir, peppers, now } = this.#deps;
    if (version === peppers.current) return { refused: 'current', liveKeys: 0 };
    if (!this.#set.versions.has(version)) return { refused: 'unknown', liveKeys: 0 };
    await rewraps.flush();
    const live = await this.#liveKeysOn(version);
    if (live.length > 0 && force === null) return { refused: 'in_use', liveKeys: live.length };
    if (force !== null && force !== live.length) return { refused: 'other_count', liveKeys: live.length };
    if (live.length > 0) await keys.end(actor, live, 'revoked');
    // Memory may hold a digest that was replaced while a change of its key was being applied.
    await keys.load();
    const stored = source === 'file' ? (readPepperFile(dataDir) ?? this.#set) : this.#set;
    const signIn = signInSecret(stored);
    const versions = new Map(stored.versions);
    versions.delete(version);
    const next: PepperSet = { versions, signIn };
    if (source === 'file') writePepperFile(dataDir, next);
    await db
      .updateTable('pepper_version')
      .set({ retired_at: new Date(now()).toISOString() })
      .where('version', '=', version)
      .execute();
    this.#use(next);
    return {
      refused: null,
      endedKeys: live.length,
      entries: source === 'file' ? null : `sign-in:${base64(signIn)}`,
    };
  }

  #use(set: PepperSet): void {
    this.#set = set;
    this.#deps.peppers.use(set.versions);
  }

  async #liveKeysOn(version: number): Promise<number[]> {
    const rows = await this.#deps.db
      .selectFrom('api_key')
      .select('id')
      .where('pepper_version', '=', version)
      .where('ended_at', 'is', null)
      .where((eb) =>
        eb.or([
          eb('expires_at', 'is', null),
          eb('expires_at', '>', new Date(this.#deps.now()).toISOString()),
        ]),
      )
      .orderBy('id')
      .execute();
    return rows.map(({ id }) => id);
  }
}
