import type { Slot } from '../limits/slot.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that is counted among those under way. */
    underWay: UnderWay | null;
  }
}

/**
 * A request that is counted as under way until its connection is done with it and nothing works for it any more. Who
 * hangs up does not make room for another request while the first one is still being carried out.
 */
export class UnderWay {
  readonly #slot: Slot;
  #isHandled = false;
  #isClosed = false;

  constructor(slot: Slot) {
    this.#slot = slot;
  }

  /** Its handler begins. */
  begin(): void {
    this.#isHandled = true;
  }

  /** Its handler is done, however. */
  end(): void {
    this.#isHandled = false;
    if (this.#isClosed) this.#slot.release();
  }

  /** Its connection is done with it. */
  close(): void {
    this.#isClosed = true;
    if (!this.#isHandled) this.#slot.release();
  }
}
