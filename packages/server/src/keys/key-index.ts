import { timingSafeEqual } from 'node:crypto';
import type { ScopeSet } from '../auth/effective-permissions.ts';
import type { Owner } from '../auth/owners.ts';
import { isLegacyId, LegacyKeys } from './legacy-keys.ts';

/** What a request's check needs of a key, held in memory. Times are milliseconds; 0 means never. */
export interface IndexedKey {
  readonly id: number;
  readonly owner: Owner;
  readonly personId: number;
  readonly environment: string | null;
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
  readonly status: 'live' | 'disabled' | 'revoked' | 'rotated' | 'expired';
  /** A successor that nobody has seen working. */
  readonly awaitsFirstUse: boolean;
  /** Of the change that made it so; an older one never overwrites it. */
  readonly seq: number;
  readonly slot: number;
}

const ENDED: ReadonlySet<IndexedKey['status']> = new Set(['revoked', 'rotated', 'expired']);

const DIGEST_BYTES = 32;

/**
 * Every key of the database by its public id. Digests lie in one block of bytes, because 100,000 small Buffers
 * would cost more than all the rest. Revoked keys stay: a tombstone that is known can never be resurrected.
 */
export class KeyIndex {
  readonly #byPublicId = new Map<string, IndexedKey>();
  #digests = Buffer.alloc(DIGEST_BYTES * 1024);
  #legacy: LegacyKeys | null = null;

  get size(): number {
    return this.#byPublicId.size;
  }

  /** Null while no key was imported, so that a text of another form costs no digest. */
  get legacy(): LegacyKeys | null {
    return this.#legacy;
  }

  get(publicId: string): IndexedKey | undefined {
    return this.#byPublicId.get(publicId);
  }

  /** Adds a key or replaces what is known of it; what is older than what is known changes nothing. An ended key stays ended. */
  put(publicId: string, key: Omit<IndexedKey, 'slot'>, digest: Uint8Array): void {
    const known = this.#byPublicId.get(publicId);
    if (known && known.seq > key.seq) return;
    const slot = known?.slot ?? this.#byPublicId.size;
    if ((slot + 1) * DIGEST_BYTES > this.#digests.length) {
      this.#digests = Buffer.concat([this.#digests, Buffer.alloc(this.#digests.length)]);
    }
    // A digest made with a newer pepper stays: the row can be one that was read before it was written.
    const isOlderDigest = known !== undefined && known.pepperVersion > key.pepperVersion;
    const pepperVersion = isOlderDigest ? known.pepperVersion : key.pepperVersion;
    if (!isOlderDigest) this.#setDigest(publicId, slot, pepperVersion, digest);
    const staysEnded = known !== undefined && ENDED.has(known.status) && key.status !== 'revoked';
    const status = staysEnded ? known.status : key.status;
    // The row's last use is written in batches and can be older than the one known here.
    const lastUsedAtMs = Math.max(known?.lastUsedAtMs ?? 0, key.lastUsedAtMs);
    this.#byPublicId.set(publicId, { ...key, pepperVersion, status, lastUsedAtMs, slot });
  }

  /** The same key under the digest of another pepper. */
  rewrap(publicId: string, pepperVersion: number, digest: Uint8Array): void {
    const known = this.#byPublicId.get(publicId);
    if (!known) return;
    this.#setDigest(publicId, known.slot, pepperVersion, digest);
    this.#byPublicId.set(publicId, { ...known, pepperVersion });
  }

  #setDigest(publicId: string, slot: number, pepperVersion: number, digest: Uint8Array): void {
    this.#digests.set(digest, slot * DIGEST_BYTES);
    if (!isLegacyId(publicId)) return;
    this.#legacy ??= new LegacyKeys();
    this.#legacy.put(publicId, pepperVersion, digest);
  }

  /** What idle expiry counts from. */
  noteUse(publicId: string, atMs: number): void {
    const key = this.#byPublicId.get(publicId);
    if (key && atMs > key.lastUsedAtMs) (key as { lastUsedAtMs: number }).lastUsedAtMs = atMs;
  }

  /** Compares in constant time. For an unknown key compare with `undefined`: it costs the same and is false. */
  digestMatches(key: IndexedKey | undefined, digest: Uint8Array): boolean {
    const at = (key?.slot ?? 0) * DIGEST_BYTES;
    return timingSafeEqual(this.#digests.subarray(at, at + DIGEST_BYTES), digest) && key !== undefined;
  }
}
