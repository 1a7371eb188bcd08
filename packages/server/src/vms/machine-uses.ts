import type { Kysely } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { writeObservations } from '../db/observations.ts';
import type { Database } from '../db/schema.ts';
import type { VmRow } from './store.ts';

/**
 * So much later than its row says a machine may have been used before this process began: a crash loses what was
 * not written yet, and a machine that was in use must not be ended for it.
 */
export const LOST_USE_MS = 10_000;

interface Uses {
  lastMs: number;
  /** Requests and programs that use it now. */
  running: number;
  isWritten: boolean;
}

const setLastUse = builtOnce((db) =>
  db
    .updateTable('vm')
    .set({ last_used_at: '' })
    .where('id', '=', '')
    .where('ended_at', 'is', null)
    .returning('id'),
);

/**
 * When each machine was last used: at once in memory, within seconds in the database. What it says of a machine
 * without a use since this process began is its row's.
 */
export class MachineUses {
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #uses = new Map<string, Uses>();
  constructor({ now }: { now(): number }) {
    this.#now = now;
    this.#startedMs = now();
  }

  /** It is in use until the function that this gives is called. */
  begin(vmId: string): () => void {
    const uses = this.#note(vmId);
    uses.running += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      uses.running -= 1;
      uses.lastMs = this.#now();
      uses.isWritten = false;
    };
  }

  /** Now for one that is in use; when it was made for one that never was. */
  lastUsedMs(vm: Pick<VmRow, 'id' | 'created_at' | 'last_used_at' | 'ended_at'>): number {
    const ofRow = Date.parse(vm.last_used_at ?? vm.created_at);
    if (vm.ended_at !== null) return ofRow;
    const uses = this.#uses.get(vm.id);
    if (!uses) return Math.max(ofRow, Math.min(ofRow + LOST_USE_MS, this.#startedMs));
    return uses.running > 0 ? this.#now() : uses.lastMs;
  }

  /** Once it has ended. */
  forget(vmId: string): void {
    this.#uses.delete(vmId);
  }

  async flush(db: Kysely<Database>): Promise<void> {
    const due = [...this.#uses].filter(([, { running, isWritten }]) => running > 0 || !isWritten);
    const written: [string, Uses, boolean, number][] = [];
    await writeObservations(db, due, async (trx, some) => {
      for (const [vmId, uses] of some) {
        const lastMs = uses.running > 0 ? this.#now() : uses.lastMs;
        const rows = await setLastUse(trx, [new Date(lastMs).toISOString(), vmId]);
        written.push([vmId, uses, rows.length > 0, lastMs]);
      }
    });
    for (const [vmId, uses, isAlive, lastMs] of written) {
      uses.isWritten = uses.lastMs <= lastMs;
      // Of one that ended meanwhile nobody asks again.
      if (!isAlive && uses.running === 0) this.#uses.delete(vmId);
    }
  }

  #note(vmId: string): Uses {
    const known = this.#uses.get(vmId);
    const uses = known ?? { lastMs: 0, running: 0, isWritten: false };
    uses.lastMs = this.#now();
    uses.isWritten = false;
    if (!known) this.#uses.set(vmId, uses);
    return uses;
  }
}
