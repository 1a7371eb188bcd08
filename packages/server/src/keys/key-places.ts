const NUMBERS_PER_CHUNK = 4096;

/** Number of a key -> its place in memory. Numbers are given one after the other, so that a list is nearly full. */
export class KeyPlaces {
  /** Place + 1, so that 0 is none. */
  readonly #chunks = new Map<number, Uint32Array>();

  set(id: number, place: number): void {
    const number = Math.floor(id / NUMBERS_PER_CHUNK);
    let chunk = this.#chunks.get(number);
    if (!chunk) {
      chunk = new Uint32Array(NUMBERS_PER_CHUNK);
      this.#chunks.set(number, chunk);
    }
    chunk[id % NUMBERS_PER_CHUNK] = place + 1;
  }

  /** -1 when it is unknown. */
  get(id: number): number {
    const chunk = this.#chunks.get(Math.floor(id / NUMBERS_PER_CHUNK));
    return (chunk?.[id % NUMBERS_PER_CHUNK] ?? 0) - 1;
  }
}
