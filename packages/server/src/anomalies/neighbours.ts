/** A region or program, and some of the keys of an account that were seen with it. */
interface Shared {
  readonly keys: readonly number[];
  /** The last day, since 1970. */
  readonly day: number;
}

/** So many other keys make something usual for the account. */
const OTHERS_MIN = 3;
const THINGS_MAX = 400;
const FORGOTTEN_DAYS = 60;

/**
 * What the keys of one account have in common: a network that several of them come from, or a program that several
 * use, says little when it is new for one more. So a whole office that moves is told of three times and not of sixty.
 */
export class Neighbours {
  readonly #things: Map<string, Shared>;
  isChanged = false;
  constructor(things: Iterable<readonly [string, Shared]> = []) {
    this.#things = new Map(things);
  }

  /** Whether enough other keys of the account know it. */
  know(thing: string, keyId: number): boolean {
    const shared = this.#things.get(thing);
    if (!shared) return false;
    return shared.keys.length - (shared.keys.includes(keyId) ? 1 : 0) >= OTHERS_MIN;
  }

  /** A key with a history was seen with it. */
  note(thing: string, keyId: number, day: number): void {
    const shared = this.#things.get(thing);
    const isNamed = shared && (shared.keys.length > OTHERS_MIN || shared.keys.includes(keyId));
    if (isNamed && day <= shared.day) return;
    if (!shared && this.#things.size >= THINGS_MAX) this.#makeRoom(day);
    const keys = isNamed ? shared.keys : [...(shared?.keys ?? []), keyId];
    this.#things.set(thing, { keys, day });
    this.isChanged = true;
  }

  entries(): [string, Shared][] {
    return [...this.#things];
  }

  #makeRoom(day: number): void {
    for (const [thing, shared] of this.#things) {
      if (day - shared.day > FORGOTTEN_DAYS) this.#things.delete(thing);
    }
    if (this.#things.size < THINGS_MAX) return;
    const [oldest] = [...this.#things].reduce((least, one) => (one[1].day < least[1].day ? one : least));
    this.#things.delete(oldest);
  }
}
