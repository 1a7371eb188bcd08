import { type Candidate, type IndexedKey, KeyIndex, type NewIndexedKey } from './key-index.ts';

/** What has ended is moved out once there are so many more of it than of what lives. */
const ENDED_KEPT = 1024;

interface Held {
  key: NewIndexedKey;
  digest: Uint8Array;
}

/**
 * Tokens of machines by their public id. Every machine has one, so those that have ended must not stay as keys do:
 * once they outnumber the living, what remains moves to a new index. Whoever holds a forgotten token is told what
 * every stranger is.
 */
export class TokenIndex {
  #index = new KeyIndex();
  readonly #live = new Map<string, Held>();
  /** Since the last move: the end of a token is known for one move longer, so that no older row revives it. */
  #ended = new Map<string, Held>();

  get size(): number {
    return this.#index.size;
  }

  get(publicId: string): IndexedKey | undefined {
    return this.#index.get(publicId);
  }

  candidate(publicId: string): Candidate | undefined {
    return this.#index.candidate(publicId);
  }

  digestMatches(key: Pick<IndexedKey, 'slot'>, digest: Uint8Array): boolean {
    return this.#index.digestMatches(key, digest);
  }

  put(publicId: string, key: NewIndexedKey, digest: Uint8Array): void {
    this.#index.put(publicId, key, digest);
    // As it is known now: an older row has changed nothing.
    const known = this.#index.get(publicId);
    if (!known) return;
    const before = this.#live.get(publicId);
    // A digest that was made with a newer pepper stays, as in the index.
    const isNewest = !before || known.pepperVersion === key.pepperVersion;
    const held = { key: known, digest: isNewest ? Uint8Array.from(digest) : before.digest };
    if (known.status === 'live') {
      this.#live.set(publicId, held);
    } else {
      this.#live.delete(publicId);
      this.#ended.set(publicId, held);
    }
    if (this.#ended.size > this.#live.size + ENDED_KEPT) this.#move();
  }

  /** The same token under the digest of another pepper. */
  rewrap(publicId: string, pepperVersion: number, digest: Uint8Array): void {
    this.#index.rewrap(publicId, pepperVersion, digest);
    const held = this.#live.get(publicId);
    if (!held) return;
    this.#live.set(publicId, { key: { ...held.key, pepperVersion }, digest: Uint8Array.from(digest) });
  }

  #move(): void {
    const next = new KeyIndex();
    for (const tokens of [this.#live, this.#ended]) {
      for (const [publicId, { key, digest }] of tokens) {
        next.put(publicId, key, digest);
        next.takeOverLimits(publicId, this.#index.get(publicId)!);
      }
    }
    this.#index = next;
    this.#ended = new Map();
  }
}
