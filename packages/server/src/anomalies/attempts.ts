import type { Finding } from './finding.ts';
import { slotOf } from './profile.ts';
import { GUESSES_MIN, SLOT_MS } from './thresholds.ts';

interface Guesses {
  slot: number;
  count: number;
  told: number;
}

const KEYS_MAX = 2000;

/**
 * Wrong secrets that were tried with the id of a key. Anybody can send them who has seen the id, which is public: they
 * are told, and nothing follows from them. They are kept apart from what is usual for a key, and in memory alone.
 */
export class Attempts {
  readonly #keys = new Map<number, Guesses>();

  /** Null while there are few. */
  note(keyId: number, atMs: number): Finding | null {
    const slot = slotOf(atMs);
    let guesses = this.#keys.get(keyId);
    if (guesses?.slot !== slot) {
      if (!guesses && this.#keys.size >= KEYS_MAX) this.#makeRoom(slot);
      guesses = { slot, count: 0, told: 0 };
      this.#keys.set(keyId, guesses);
    }
    guesses.count++;
    if (guesses.count < Math.max(GUESSES_MIN, guesses.told * 2)) return null;
    guesses.told = guesses.count;
    const figures = {
      cause: 'guesses',
      refused: guesses.count,
      minutes: SLOT_MS / 60_000,
      usually_at_most: 0,
    };
    return { kind: 'refusals', subject: null, figures, isRepeat: false };
  }

  #makeRoom(slot: number): void {
    for (const [keyId, guesses] of this.#keys) if (guesses.slot !== slot) this.#keys.delete(keyId);
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear();
  }
}
