import { SessionError } from '../core/errors.ts';
import type { Sessions } from '../resources/sessions.ts';

/** The session that a client starts when code is run without one. At most one at a time, however many calls wait. */
export class OwnSession {
  readonly #sessions: Sessions;
  #started: Promise<string> | null = null;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** Runs `work` in `givenId`, else in the client's own session. One that has ended is replaced at the next call. */
  async within<T>(givenId: string | undefined, work: (sessionId: string) => Promise<T>): Promise<T> {
    if (givenId !== undefined) return work(givenId);
    const started = this.#start();
    try {
      return await work(await started);
    } catch (error) {
      if (error instanceof SessionError && this.#started === started) this.#started = null;
      throw error;
    }
  }

  /** Ends the session if there is one. */
  async end(): Promise<void> {
    const started = this.#started;
    this.#started = null;
    if (started) await this.#sessions.kill(await started);
  }

  #start(): Promise<string> {
    if (this.#started) return this.#started;
    const started = this.#sessions.create().then((session) => session.session_id);
    this.#started = started;
    started.catch(() => {
      if (this.#started === started) this.#started = null;
    });
    return started;
  }
}
