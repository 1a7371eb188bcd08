import type { ServerResponse } from 'node:http';
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

  constructor(slot: Slot, response: ServerResponse) {
    this.#slot = slot;
    // Comes once for each answer, sent or not, and also for one that waits behind others on a broken connection.
    response.once('close', () => {
      this.#isClosed = true;
      if (!this.#isHandled) this.#slot.release();
    });
  }

  /** Runs the handler. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#isHandled = true;
    try {
      return await work();
    } finally {
      this.#isHandled = false;
      if (this.#isClosed) this.#slot.release();
    }
  }
}
