const NEWLINE = 10;

/** Finds line and column of places in bytes that are shown to it in order. */
export class LineCounter {
  #line = 1;
  /** Bytes of the line so far. */
  #column = 0;

  /** Goes past these bytes. */
  pass(bytes: Uint8Array): void {
    const { length } = bytes;
    let count = 0;
    let last = -1;
    for (let at = 0; at < length; at++) {
      if (bytes[at] === NEWLINE) {
        count++;
        last = at;
      }
    }
    this.#line += count;
    this.#column = last === -1 ? this.#column + length : length - last - 1;
  }

  /** Of the byte that comes next, both from 1. */
  here(): { line: number; column: number } {
    return { line: this.#line, column: this.#column + 1 };
  }
}
