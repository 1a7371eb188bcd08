import type { Kysely } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { writeObservations } from '../db/observations.ts';
import type { Database } from '../db/schema.ts';
import { Neighbours } from './neighbours.ts';
import { newProfile, type Profile } from './profile.ts';
import { profileOfText, profileText } from './profile-text.ts';

const LOADED_TOGETHER = 200;
/** In memory; the least recently used are read again when they are needed. */
const KEPT_MAX = 20_000;
/** A successor that was made and never used has a predecessor in turn; so many steps are followed. */
const PREDECESSORS_MAX = 5;

interface Kept<T> {
  value: T;
  isDirty: boolean;
}

const putProfile = builtOnce((db) =>
  db
    .insertInto('key_profile')
    .values({ api_key_id: 0, profile: '', updated_at: '' })
    .onConflict((oc) =>
      oc.column('api_key_id').doUpdateSet((eb) => ({
        profile: eb.ref('excluded.profile'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    ),
);

const putNeighbours = builtOnce((db) =>
  db
    .insertInto('account_neighbours')
    .values({ account_id: 0, things: '', updated_at: '' })
    .onConflict((oc) =>
      oc.column('account_id').doUpdateSet((eb) => ({
        things: eb.ref('excluded.things'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    ),
);

/**
 * What is usual for each key and account: read from the database at the first use, kept in memory, written back in
 * batches. A crash costs what was learned since the last batch. A key that is never used costs nothing.
 */
export class Profiles {
  readonly #db: Kysely<Database>;
  readonly #profiles = new Map<number, Kept<Profile>>();
  readonly #neighbours = new Map<number, Neighbours>();
  readonly #keptMax: number;
  constructor(db: Kysely<Database>, keptMax = KEPT_MAX) {
    this.#db = db;
    this.#keptMax = keptMax;
  }

  get size(): number {
    return this.#profiles.size;
  }

  /** Before any of them is asked for. */
  async load(keyIds: Iterable<number>, accountIds: Iterable<number>): Promise<void> {
    const missing = [...keyIds].filter((id) => !this.#profiles.has(id));
    for (let from = 0; from < missing.length; from += LOADED_TOGETHER) {
      await this.#loadKeys(missing.slice(from, from + LOADED_TOGETHER));
    }
    for (const id of new Set(accountIds)) {
      if (!this.#neighbours.has(id)) this.#neighbours.set(id, await this.#readNeighbours(id));
    }
  }

  get(keyId: number): Profile {
    return this.#profiles.get(keyId)!.value;
  }

  set(keyId: number, profile: Profile): void {
    // The least recently used stays in front.
    this.#profiles.delete(keyId);
    this.#profiles.set(keyId, { value: profile, isDirty: true });
  }

  neighboursOf(accountId: number): Neighbours {
    return this.#neighbours.get(accountId)!;
  }

  async flush(at: string): Promise<void> {
    const dirty = [...this.#profiles].filter(([, kept]) => kept.isDirty);
    await writeObservations(this.#db, dirty, async (trx, some) => {
      for (const [id, { value }] of some) await putProfile(trx, [id, profileText(value), at]);
    });
    // Another one may stand in its place by now.
    for (const [, kept] of dirty) kept.isDirty = false;
    for (const [accountId, neighbours] of this.#neighbours) {
      if (!neighbours.isChanged) continue;
      neighbours.isChanged = false;
      await putNeighbours(this.#db, [accountId, JSON.stringify(neighbours.entries()), at]).catch((error) => {
        neighbours.isChanged = true;
        throw error;
      });
    }
    this.#forget();
  }

  /** Of keys that ended before `at`. */
  async deleteEnded(at: string): Promise<void> {
    const ended = this.#db.selectFrom('api_key').select('id').where('ended_at', '<', at);
    await this.#db.deleteFrom('key_profile').where('api_key_id', 'in', ended).execute();
  }

  #forget(): void {
    for (const [id, { isDirty }] of this.#profiles) {
      if (this.#profiles.size <= this.#keptMax) return;
      if (!isDirty) this.#profiles.delete(id);
    }
  }

  async #loadKeys(ids: number[]): Promise<void> {
    const found = await this.#readProfiles(ids);
    for (const id of ids) {
      const profile = found.get(id);
      const kept = profile
        ? { value: profile, isDirty: false }
        : { value: await this.#ofPredecessor(id), isDirty: true };
      // Meanwhile it may have come by another way.
      if (!this.#profiles.has(id)) this.#profiles.set(id, kept);
    }
  }

  /** What is usual for a key is usual for the one that takes its place. */
  async #ofPredecessor(keyId: number): Promise<Profile> {
    let id = keyId;
    for (let step = 0; step < PREDECESSORS_MAX; step++) {
      const row = await this.#db
        .selectFrom('api_key')
        .select('rotated_from')
        .where('id', '=', id)
        .executeTakeFirst();
      if (!row?.rotated_from) return newProfile();
      id = row.rotated_from;
      const known = this.#profiles.get(id)?.value ?? (await this.#readProfiles([id])).get(id);
      if (known) return known;
    }
    return newProfile();
  }

  async #readProfiles(ids: number[]): Promise<Map<number, Profile>> {
    const rows = await this.#db
      .selectFrom('key_profile')
      .select(['api_key_id', 'profile'])
      .where('api_key_id', 'in', ids)
      .execute();
    return new Map(rows.map((row) => [row.api_key_id, profileOfText(row.profile)]));
  }

  async #readNeighbours(accountId: number): Promise<Neighbours> {
    const row = await this.#db
      .selectFrom('account_neighbours')
      .select('things')
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return new Neighbours(row ? JSON.parse(row.things) : []);
  }
}
