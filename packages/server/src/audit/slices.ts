import { setImmediate } from 'node:timers/promises';

/**
 * Long readings of the trail are done in slices of a few milliseconds. One slice, of one reading, has each turn of the
 * event loop, so that requests are answered in between however many readings there are.
 */
export class Slices {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves when the caller may do its next slice. */
  next(): Promise<unknown> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }
}
