import { timingSafeEqual } from 'node:crypto';
import type { Permission } from '@instavm/contract/permissions';

/** What a request's check needs of a key, held in memory. Times are milliseconds; 0 means never. */
export interface IndexedKey {
  id: number;
  accountId: number;
  personId: number;
  environment: string | null;
  permissions: ReadonlySet<Permission>;
  pepperVersion: number;
  createdAtMs: number;
  notBeforeMs: number;
  expiresAtMs: number;
  idleExpiryDays: number;
  lastUsedAtMs: number;
  allowedCidrs: string;
  status: 'live' | 'disabled' | 'revoked' | 'rotated';
  slot: number;
}

const DIGEST_BYTES = 32;

/**
 * Every key of the database by its public id. Digests lie in one block of bytes, because 100,000 small Buffers
 * would cost more than all the rest. Revoked keys stay: a tombstone that is known can never be resurrected.
 */
export class KeyIndex {
  readonly #byPublicId = new Map<string, IndexedKey>();
  #digests = Buffer.alloc(DIGEST_BYTES * 1024);

  get size(): number {
    return this.#byPublicId.size;
  }

  get(publicId: string): IndexedKey | undefined {
    return this.#byPublicId.get(publicId);
  }

  /** Adds a key or replaces what is known of it. A revoked key stays revoked. */
  put(publicId: string, key: Omit<IndexedKey, 'slot'>, digest: Uint8Array): void {
    const known = this.#byPublicId.get(publicId);
    const slot = known?.slot ?? this.#byPublicId.size;
    if ((slot + 1) * DIGEST_BYTES > this.#digests.length) {
      this.#digests = Buffer.concat([this.#digests, Buffer.alloc(this.#digests.length)]);
    }
    this.#digests.set(digest, slot * DIGEST_BYTES);
    const status = known?.status === 'revoked' ? 'revoked' : key.status;
    // The row's last use is written in batches and can be older than the one known here.
    const lastUsedAtMs = Math.max(known?.lastUsedAtMs ?? 0, key.lastUsedAtMs);
    this.#byPublicId.set(publicId, { ...key, status, lastUsedAtMs, slot });
  }

  /** What idle expiry counts from. */
  noteUse(publicId: string, atMs: number): void {
    const key = this.#byPublicId.get(publicId);
    if (key && atMs > key.lastUsedAtMs) key.lastUsedAtMs = atMs;
  }

  /** Compares in constant time. For an unknown key compare with `undefined`: it costs the same and is false. */
  digestMatches(key: IndexedKey | undefined, digest: Uint8Array): boolean {
    const at = (key?.slot ?? 0) * DIGEST_BYTES;
    return timingSafeEqual(this.#digests.subarray(at, at + DIGEST_BYTES), digest) && key !== undefined;
  }
}
