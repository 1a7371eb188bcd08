import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../db/schema.ts';
import { type Attempted, type EndpointNews, newsOf, recordAttempts } from './record.ts';
import type { Health } from './schedule.ts';

export interface AttemptWriterDeps {
  db: Kysely<Database>;
  log: Logger;
  /** Of an endpoint, as it was before what is written now. */
  healthOf(endpointId: string): Health;
  /** Told after the commit, of each endpoint in it. */
  written(endpointId: string, attempted: readonly Attempted[], health: Health): void;
}

const TOGETHER_MAX = 128;

/** Attempts that end within this time share a commit. */
const GATHER_MS = 10;

const AFTER_TROUBLE_MS = 1000;

/** Writes attempts that are over, many in a commit, in the order in which they ended. */
export class AttemptWriter {
  readonly #deps: AttemptWriterDeps;
  #waiting: Attempted[] = [];
  #isWriting = false;
  constructor(deps: AttemptWriterDeps) {
    this.#deps = deps;
  }

  /** How many are not written yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  add(attempted: Attempted): void {
    this.#waiting.push(attempted);
    if (!this.#isWriting) void this.#run();
  }

  /** Settles when all are written. Throws when they cannot be. */
  async drain(): Promise<void> {
    while (this.#isWriting) await pause(GATHER_MS);
    await this.#write();
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    try {
      await pause(GATHER_MS);
      await this.#write();
    } catch (error) {
      this.#deps.log.error({ err: error }, 'attempts at webhooks cannot be written; it is tried again');
      await pause(AFTER_TROUBLE_MS);
    }
    this.#isWriting = false;
    // Whatever came while it failed.
    if (this.#waiting.length > 0) void this.#run();
  }

  async #write(): Promise<void> {
    const { db, healthOf, written } = this.#deps;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, TOGETHER_MAX);
      const byEndpoint = Map.groupBy(batch, ({ endpointId }) => endpointId);
      const news = new Map<string, EndpointNews>();
      for (const [id, attempted] of byEndpoint) news.set(id, newsOf(healthOf(id), attempted));
      await recordAttempts(db, batch, news);
      this.#waiting.splice(0, batch.length);
      for (const [id, attempted] of byEndpoint) written(id, attempted, news.get(id)!.health);
      await nextTurn();
    }
  }
}
