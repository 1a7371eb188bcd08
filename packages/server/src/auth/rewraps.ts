import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { IndexedKey, KeyIndex } from '../keys/key-index.ts';
import type { TokenIndex } from '../keys/token-index.ts';
import type { Peppers } from './pepper.ts';

/** What waits at most; a key that finds no room is noted at its next use. */
const WAITING_MAX = 10_000;

interface Rewrap {
  index: KeyIndex | TokenIndex;
  publicId: string;
  from: number;
  to: number;
  digest: Uint8Array;
}

export interface RewrapDeps {
  db: Kysely<Database>;
  index: KeyIndex;
  tokens: TokenIndex;
  peppers: Peppers;
}

/**
 * Moves keys to the current pepper as they are used: only then is their text known. The new digest is made at
 * once, so that no text of a key waits in memory; the database gets them in batches.
 */
export class Rewraps {
  readonly #deps: RewrapDeps;
  readonly #waiting = new Map<number, Rewrap>();
  constructor(deps: RewrapDeps) {
    this.#deps = deps;
  }

  /** Of a key whose secret was right. */
  note(key: IndexedKey, publicId: string, text: string): void {
    const { peppers, tokens } = this.#deps;
    if (this.#waiting.has(key.id) || this.#waiting.size >= WAITING_MAX) return;
    const digest = peppers.digest(peppers.current, text);
    if (!digest) return;
    const index = key.vmId === null ? this.#deps.index : tokens;
    this.#waiting.set(key.id, { index, publicId, from: key.pepperVersion, to: peppers.current, digest });
  }

  /** One transaction; memory follows its commit. A failed one is tried again with the next. @returns how many. */
  async flush(): Promise<number> {
    if (this.#waiting.size === 0) return 0;
    const batch = new Map(this.#waiting);
    const moved = await this.#deps.db.transaction().execute(async (trx) => {
      const done: Rewrap[] = [];
      for (const [id, rewrap] of batch) {
        const { numUpdatedRows } = await trx
          .updateTable('api_key')
          .set({ digest: rewrap.digest, pepper_version: rewrap.to })
          .where('id', '=', id)
          .where('pepper_version', '=', rewrap.from)
          .executeTakeFirst();
        if (numUpdatedRows > 0n) done.push(rewrap);
      }
      return done;
    });
    for (const { index, publicId, to, digest } of moved) index.rewrap(publicId, to, digest);
    for (const id of batch.keys()) this.#waiting.delete(id);
    return moved.length;
  }
}
