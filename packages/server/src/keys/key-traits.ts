import type { ScopeSet } from '../auth/effective-permissions.ts';
import type { Owner } from '../auth/owners.ts';
import type { KeyLimits } from '../limits/key-limits.ts';

/** What many keys have in common; each combination is kept once. */
export interface KeyTraits {
  readonly owner: Owner;
  readonly personId: number;
  readonly environment: string | null;
  readonly vmId: string | null;
  readonly scopeSet: ScopeSet;
  readonly allowedCidrs: string;
  readonly limits: KeyLimits;
}

interface Entry extends KeyTraits {
  text: string;
  keys: number;
}

/** Combinations by their place. One that no key has any more makes room for another. */
export class KeyTraitsTable {
  readonly #entries: Entry[] = [];
  readonly #places = new Map<string, number>();
  readonly #free: number[] = [];
  #last = -1;

  get(place: number): KeyTraits {
    return this.#entries[place]!;
  }

  /** @returns the place of these traits, counted for one more key */
  take(traits: KeyTraits): number {
    const place = this.#isLast(traits) ? this.#last : this.#find(traits);
    this.#entries[place]!.keys++;
    this.#last = place;
    return place;
  }

  /** One key less has them. */
  release(place: number): void {
    const entry = this.#entries[place]!;
    if (--entry.keys > 0) return;
    this.#places.delete(entry.text);
    this.#free.push(place);
    if (this.#last === place) this.#last = -1;
  }

  /** Keys of one owner follow each other while the index is filled. */
  #isLast(traits: KeyTraits): boolean {
    const last = this.#entries[this.#last];
    return (
      last !== undefined &&
      last.owner === traits.owner &&
      last.personId === traits.personId &&
      last.environment === traits.environment &&
      last.vmId === traits.vmId &&
      last.scopeSet === traits.scopeSet &&
      last.allowedCidrs === traits.allowedCidrs &&
      last.limits === traits.limits
    );
  }

  #find({ owner, personId, environment, vmId, scopeSet, allowedCidrs, limits }: KeyTraits): number {
    const text = JSON.stringify([
      owner.account.id,
      owner.serviceAccountId,
      personId,
      environment,
      vmId,
      scopeSet.scopes,
      scopeSet.holder,
      allowedCidrs,
      limits.text,
    ]);
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#free.pop() ?? this.#entries.length;
    this.#entries[place] = {
      owner,
      personId,
      environment,
      vmId,
      scopeSet,
      allowedCidrs,
      limits,
      text,
      keys: 0,
    };
    this.#places.set(text, place);
    return place;
  }
}
