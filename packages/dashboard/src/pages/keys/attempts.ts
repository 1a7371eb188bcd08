import { ApiError } from '../../api/errors.ts';

/** A request that makes something, with the token by which the server knows it again. */
export interface Attempt<Body> {
  idempotencyKey: string;
  body: Body;
}

/**
 * Attempts to make something whose answer holds a secret. An answer that was lost on the way is asked for again with
 * the same token and the same body, so that the secret is not lost and nothing is made twice.
 */
export class Attempts<Body> {
  readonly #newToken: () => string;
  #open: { asked: string; attempt: Attempt<Body> } | null = null;
  constructor(newToken: () => string) {
    this.#newToken = newToken;
  }

  /** `asked`: what the person wants, as text. `makeBody` may depend on the time, so it is kept with the token. */
  next(asked: string, makeBody: () => Body): Attempt<Body> {
    if (this.#open?.asked !== asked) {
      this.#open = { asked, attempt: { idempotencyKey: this.#newToken(), body: makeBody() } };
    }
    return this.#open.attempt;
  }

  /** After an answer: only silence and a failed server leave open whether something was made. */
  settle(error: Error | null): void {
    const isOpen = error instanceof ApiError && (error.status === 0 || error.status >= 500);
    if (!isOpen) this.#open = null;
  }
}
