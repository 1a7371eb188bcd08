import { timingSafeEqual } from 'node:crypto';
import type { ScopeSet } from '../auth/effective-permissions.ts';
import type { Owner } from '../auth/owners.ts';
import { type CellMemory, copyTime } from '../limits/gcra.ts';
import type { KeyLimits } from '../limits/key-limits.ts';
import { KeyPlaces } from './key-places.ts';
import { DIGEST_WORDS, KeyRecords } from './key-records.ts';
import { KeyTraitsTable } from './key-traits.ts';
import { isLegacyId, LegacyKeys } from './legacy-keys.ts';
import { PublicIdTable } from './public-id-table.ts';

/** What a request's check needs of a key, as it was when it was looked up. Times are milliseconds; 0 means never. */
export interface IndexedKey {
  readonly id: number;
  readonly owner: Owner;
  readonly personId: number;
  readonly environment: string | null;
  /** The one machine of a sandbox token; null for a key. */
  readonly vmId: string | null;
  readonly scopeSet: ScopeSet;
  readonly pepperVersion: number;
  readonly createdAtMs: number;
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  /** When it ends because a successor exists. */
  readonly rotationEndsAtMs: number;
  readonly idleExpiryDays: number;
  readonly lastUsedAtMs: number;
  /** JSON text of the list; `[]` allows every address. */
  readonly allowedCidrs: string;
  readonly limits: KeyLimits;
  /** Where its limits are counted: a successor and those before it share one cell. */
  readonly cells: CellMemory;
  readonly cellAt: number;
  readonly status: 'live' | 'disabled' | 'revoked' | 'rotated' | 'expired';
  /** A successor that nobody has seen working. */
  readonly awaitsFirstUse: boolean;
  /** Of the change that made it so; an older one never overwrites it. */
  readonly seq: number;
  /** Its place in memory. */
  readonly slot: number;
}

/** What is put: where it lies is the index's to say. */
export interface NewIndexedKey extends Omit<IndexedKey, 'slot' | 'cells' | 'cellAt'> {
  /** The key that it is the successor of, which must be there already. */
  readonly rotatedFrom?: number | null;
}

export interface Candidate extends IndexedKey {
  /** False for a key that only stands in for an unknown one. */
  readonly isMeant: boolean;
}

const STATUSES: readonly IndexedKey['status'][] = ['live', 'disabled', 'revoked', 'rotated', 'expired'];
const ENDED: ReadonlySet<IndexedKey['status']> = new Set(['revoked', 'rotated', 'expired']);

/**
 * Every key of the database by its public id, about 170 bytes each outside the garbage collector's reach. Ended keys
 * stay: a tombstone that is known can never be resurrected.
 */
export class KeyIndex {
  readonly #records = new KeyRecords();
  readonly #traits = new KeyTraitsTable();
  readonly #places = new PublicIdTable(this.#records);
  readonly #placesById = new KeyPlaces();
  #legacy: LegacyKeys | null = null;
  readonly #digest = new Uint32Array(DIGEST_WORDS);
  readonly #digestBytes = new Uint8Array(this.#digest.buffer);

  get size(): number {
    return this.#records.size;
  }

  /** Null while no key was imported, so that a text of another form costs no digest. */
  get legacy(): LegacyKeys | null {
    return this.#legacy;
  }

  get(publicId: string): IndexedKey | undefined {
    const candidate = this.candidate(publicId);
    return candidate?.isMeant ? candidate : undefined;
  }

  /**
   * The key with this id, or some other one that the id chooses: what a text is compared with, so that an unknown id
   * takes as long as a wrong secret. `isMeant` tells them apart and is to be asked last. Undefined without any key.
   */
  candidate(publicId: string): Candidate | undefined {
    const { place, isMeant } = this.#places.findOrOther(publicId);
    return place === -1 ? undefined : this.#read(place, isMeant);
  }

  /**
   * Adds a key or replaces what is known of it; what is older than what is known changes nothing. An ended key stays
   * ended. A row whose public id is none is left out: no text of a key leads to it.
   */
  put(publicId: string, key: NewIndexedKey, digest: Uint8Array): void {
    const sizeBefore = this.size;
    const place = this.#places.findOrAdd(publicId);
    if (place === -1) return;
    if (this.size > sizeBefore) {
      this.#setDigest(place, digest);
      this.#noteLegacy(publicId, key.pepperVersion, digest);
      this.#write(place, key, this.#traits.take(key));
      this.#joinFamily(place, key);
      return;
    }
    const known = this.#read(place);
    if (known.seq > key.seq) return;
    // A digest made with a newer pepper stays: the row can be one that was read before it was written.
    const isOlderDigest = known.pepperVersion > key.pepperVersion;
    if (!isOlderDigest) {
      this.#setDigest(place, digest);
      this.#noteLegacy(publicId, key.pepperVersion, digest);
    }
    const traits = this.#traits.take(key);
    this.#traits.release(this.#records.traitsOf(place));
    const merged = {
      ...key,
      pepperVersion: isOlderDigest ? known.pepperVersion : key.pepperVersion,
      // What has ended can still be revoked, and nothing else happens to it.
      status: ENDED.has(known.status) && key.status !== 'revoked' ? known.status : key.status,
      // The row's last use is written in batches and can be older than the one known here.
      lastUsedAtMs: Math.max(known.lastUsedAtMs, key.lastUsedAtMs),
    };
    this.#write(place, merged, traits);
  }

  /** The same key under the digest of another pepper. */
  rewrap(publicId: string, pepperVersion: number, digest: Uint8Array): void {
    const place = this.#places.find(publicId);
    if (place === -1) return;
    this.#setDigest(place, digest);
    this.#noteLegacy(publicId, pepperVersion, digest);
    this.#write(place, { ...this.#read(place), pepperVersion }, this.#records.traitsOf(place));
  }

  /** What idle expiry counts from. */
  noteUse(publicId: string, atMs: number): void {
    const place = this.#places.find(publicId);
    if (place !== -1) this.#records.noteUse(place, atMs);
  }

  /** The limits of a key go on from where they stood in another index. What is under way there ends there. */
  takeOverLimits(publicId: string, from: Pick<IndexedKey, 'cells' | 'cellAt'>): void {
    const key = this.get(publicId);
    if (key) copyTime(from.cells, from.cellAt, key.cells, key.cellAt);
  }

  /** Compares in constant time. */
  digestMatches({ slot }: Pick<IndexedKey, 'slot'>, digest: Uint8Array): boolean {
    this.#records.copyDigest(slot, this.#digest);
    return timingSafeEqual(this.#digestBytes, digest);
  }

  /** Field by field: copying objects would cost as much as the rest of the look-up. */
  #read(place: number, isMeant = true): Candidate {
    const numbers = this.#records.read(place);
    const traits = this.#traits.get(numbers.traits);
    return {
      id: numbers.id,
      owner: traits.owner,
      personId: traits.personId,
      environment: traits.environment,
      vmId: traits.vmId,
      scopeSet: traits.scopeSet,
      pepperVersion: numbers.pepperVersion,
      createdAtMs: numbers.createdAtMs,
      notBeforeMs: numbers.notBeforeMs,
      expiresAtMs: numbers.expiresAtMs,
      rotationEndsAtMs: numbers.rotationEndsAtMs,
      idleExpiryDays: numbers.idleExpiryDays,
      lastUsedAtMs: numbers.lastUsedAtMs,
      allowedCidrs: traits.allowedCidrs,
      limits: traits.limits,
      cells: this.#records.cellsOf(numbers.family),
      cellAt: this.#records.cellAt(numbers.family),
      status: STATUSES[numbers.status]!,
      awaitsFirstUse: numbers.awaitsFirstUse,
      seq: numbers.seq,
      slot: place,
      isMeant,
    };
  }

  /** `traits` is already counted for it. */
  #write(place: number, key: NewIndexedKey, traits: number): void {
    this.#records.write(place, key, STATUSES.indexOf(key.status), traits);
  }

  /** All that followed one another share the cell of the first: rotating a key gives it no second budget. */
  #joinFamily(place: number, { id, rotatedFrom }: NewIndexedKey): void {
    this.#placesById.set(id, place);
    const before = rotatedFrom ? this.#placesById.get(rotatedFrom) : -1;
    if (before !== -1) this.#records.shareCell(place, this.#records.familyOf(before));
  }

  /** Imported keys are found by their digests. */
  #noteLegacy(publicId: string, pepperVersion: number, digest: Uint8Array): void {
    if (!isLegacyId(publicId)) return;
    this.#legacy ??= new LegacyKeys();
    this.#legacy.put(publicId, pepperVersion, digest);
  }

  /** One of another length is none, and matches nothing. */
  #setDigest(place: number, digest: Uint8Array): void {
    if (digest.length === this.#digestBytes.length) this.#digestBytes.set(digest);
    else this.#digestBytes.fill(0);
    this.#records.setDigest(place, this.#digest);
  }
}
