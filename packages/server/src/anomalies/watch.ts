import type { Kysely } from 'kysely';
import type { Refusal } from '../audit/refusals.ts';
import type { AccountSettings } from '../auth/account-settings.ts';
import type { Database } from '../db/schema.ts';
import { Attempts } from './attempts.ts';
import { observe } from './detector.ts';
import type { Sighting } from './finding.ts';
import type { KeyAnomalies } from './key-anomalies.ts';
import { type Atlas, atlasOf } from './place.ts';
import { hasHistory } from './profile.ts';
import { Profiles } from './profiles.ts';
import { programReader } from './program.ts';
import { type Found, type RaiseDeps, raise } from './raise.ts';
import { type KeySightings, type Run, Sightings } from './sightings.ts';
import { trust } from './trust.ts';

export interface WatchDeps extends RaiseDeps {
  db: Kysely<Database>;
  anomalies: Pick<KeyAnomalies, 'reload' | 'takeTrusted' | 'of'>;
}

/** What could not be written is kept, up to this many. */
const FOUND_MAX = 1000;

/** A key ended so long ago has no successor that could still take over what was usual for it. */
const ENDED_KEPT_MS = 30 * 86_400_000;

/**
 * Watches how keys are used. While requests are served they are only counted (`note`); a look (`look`) once a second
 * compares what was counted with what is usual for each key, learns from it, and raises what is not.
 */
export class Watch {
  readonly #deps: WatchDeps;
  readonly #sightings = new Sightings();
  readonly #attempts = new Attempts();
  readonly #profiles: Profiles;
  readonly #atlases = new WeakMap<AccountSettings, Atlas>();
  readonly #programOf = programReader();
  /** Refused although the secret was right: the key is dead, and these are no uses of it. */
  #deadUses = new Map<number, { count: number; atMs: number }>();
  #found: Found[] = [];
  #looking: Promise<void> = Promise.resolve();
  /** Told of every request that is over. */
  readonly note: Sightings['note'];

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.#profiles = new Profiles(deps.db);
    this.note = this.#sightings.note.bind(this.#sightings);
  }

  /** Told of every request that is refused. Those of a living key come by `note` too, and count there. */
  noteRefusal({ subject, code, atMs }: Pick<Refusal, 'subject' | 'code' | 'atMs'>): void {
    const keyId = subject?.keyId ?? null;
    if (!subject || keyId === null) return;
    if (!subject.isProven) {
      const finding = this.#attempts.note(keyId, atMs);
      if (finding) this.#add({ keyId, finding, atMs, isProven: false, address: null, client: null });
      return;
    }
    const isDead = code.startsWith('key_') || code === 'account_suspended';
    // A key that was disabled for its use goes on being used by whoever has not heard of it.
    const isTold = code === 'key_disabled' && this.#deps.anomalies.of(keyId).some((one) => one.isQuarantine);
    if (isDead && !isTold) {
      const dead = this.#deadUses.getOrInsertComputed(keyId, () => ({ count: 0, atMs }));
      dead.count++;
      dead.atMs = Math.max(dead.atMs, atMs);
    }
  }

  /** Looks at what was counted since the last time. What cannot be read or written waits for the next time. */
  look(): Promise<void> {
    const next = this.#looking.then(() => this.#look());
    this.#looking = next.catch(() => {});
    return next;
  }

  async #look(): Promise<void> {
    const trusted = this.#deps.anomalies.takeTrusted();
    const dead = this.#deadUses;
    this.#deadUses = new Map();
    const taken = this.#sightings.take();
    try {
      const keyIds = [...taken.keys(), ...dead.keys(), ...trusted.map(({ keyId }) => keyId)];
      await this.#profiles.load(
        new Set(keyIds),
        [...taken.values()].map(({ account }) => account.id),
      );
    } catch (error) {
      this.#sightings.putBack(taken);
      throw error;
    }
    for (const one of trusted) {
      this.#profiles.set(one.keyId, trust(this.#profiles.get(one.keyId), one.trusted));
    }
    for (const [keyId, seen] of taken) this.#lookAt(keyId, seen);
    for (const [keyId, { count, atMs }] of dead) this.#lookAtDead(keyId, count, atMs);
    const found = this.#found;
    if (found.length === 0) return;
    this.#found = [];
    await raise(this.#deps, found).catch((error: unknown) => {
      this.#found = [...found, ...this.#found].slice(0, FOUND_MAX);
      throw error;
    });
  }

  /** Writes what was learned. */
  async flush(): Promise<void> {
    await this.#profiles.flush(new Date(this.#deps.now()).toISOString());
  }

  async forget(): Promise<void> {
    await this.#profiles.deleteEnded(new Date(this.#deps.now() - ENDED_KEPT_MS).toISOString());
  }

  #lookAt(keyId: number, { account, environment, runs }: KeySightings): void {
    const neighbours = this.#profiles.neighboursOf(account.id);
    const atlas = this.#atlasOf(account.settings);
    for (const run of runs) {
      const where = atlas.where(run.address, environment);
      const program = this.#programOf(run.client);
      const region = where.place?.region;
      this.#see(keyId, run, {
        ...where,
        ...{ atMs: run.atMs, program, environment },
        ...{ requests: run.requests, denied: run.denied, limited: run.limited },
        isUsualPlace: region !== undefined && neighbours.know(region, keyId),
        isUsualProgram: neighbours.know(program, keyId),
      });
      const profile = this.#profiles.get(keyId);
      if (!hasHistory(profile, run.atMs)) continue;
      if (region !== undefined) neighbours.note(region, keyId, profile.day);
      neighbours.note(program, keyId, profile.day);
    }
  }

  #lookAtDead(keyId: number, denied: number, atMs: number): void {
    const nowhere = {
      place: null,
      isInside: null,
      foreign: null,
      isUsualPlace: false,
      isUsualProgram: false,
    };
    this.#see(keyId, null, {
      ...nowhere,
      atMs,
      program: null,
      environment: null,
      requests: 0,
      denied,
      limited: 0,
    });
  }

  #see(keyId: number, run: Run | null, sighting: Sighting): void {
    const { profile, findings } = observe(this.#profiles.get(keyId), sighting);
    this.#profiles.set(keyId, profile);
    const who = { address: run?.address ?? null, client: sighting.program };
    for (const finding of findings)
      this.#add({ keyId, finding, atMs: sighting.atMs, isProven: true, ...who });
  }

  #add(found: Found): void {
    if (this.#found.length < FOUND_MAX) this.#found.push(found);
  }

  /** Settings are replaced as a whole when they change, so what was made of the old ones goes with them. */
  #atlasOf(settings: AccountSettings): Atlas {
    let atlas = this.#atlases.get(settings);
    if (!atlas) {
      atlas = atlasOf(settings);
      this.#atlases.set(settings, atlas);
    }
    return atlas;
  }
}
