import type { Kysely } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { writeObservations } from '../db/observations.ts';
import type { Database } from '../db/schema.ts';

export interface Use {
  at: string;
  address: string;
  client: string;
  route: string;
}

const setUse = builtOnce((db) =>
  db
    .updateTable('api_key')
    .set({ last_used_at: '', last_used_address: '', last_used_client: '', last_used_route: '' })
    .where('id', '=', 0),
);

/**
 * The last use of each key: at once in memory, within seconds in the database. Losing the buffer in a crash
 * costs at most what `flush` had not written; no request waits or fails for it.
 */
export class LastUsed {
  #pending = new Map<number, Use>();
  #flushing = new Map<number, Use>();

  note(keyId: number, use: Use): void {
    this.#pending.set(keyId, use);
  }

  /** Null when nothing newer than the database's row is known. */
  get(keyId: number): Use | null {
    return this.#pending.get(keyId) ?? this.#flushing.get(keyId) ?? null;
  }

  async flush(db: Kysely<Database>): Promise<void> {
    if (this.#pending.size === 0 || this.#flushing.size > 0) return;
    this.#flushing = this.#pending;
    this.#pending = new Map();
    try {
      await writeObservations(db, [...this.#flushing], async (trx, uses) => {
        for (const [id, { at, address, client, route }] of uses) {
          await setUse(trx, [at, address, client, route, id]);
        }
      });
    } catch (error) {
      this.#pending = new Map([...this.#flushing, ...this.#pending]);
      throw error;
    } finally {
      this.#flushing = new Map();
    }
  }
}
