import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';

export interface FollowerDeps {
  db: Kysely<Database>;
  /** Makes memory follow keys and accounts that were changed, by their ids. */
  apply(changed: { keyIds: ReadonlySet<number>; accountIds: ReadonlySet<number> }): Promise<void>;
  /** Milliseconds that no change of the wall clock moves. */
  monotonicMs(): number;
}

/** What was not confirmed for so long is not believed any more. */
const CONFIRMED_FOR_MS = 5000;

/** Changes whose rows are a key's or tell who owns keys. */
const OF_OWNERS = /^(account|member|person|service_account)\./;

/**
 * Follows the feed of changes in the database, so that memory also learns what another process wrote: the
 * operator's tool, when the server could not be asked. This process's own changes are applied before they are
 * answered and come by here once more, which changes nothing.
 */
export class FeedFollower {
  readonly #deps: FollowerDeps;
  #seq = 0;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  constructor(deps: FollowerDeps) {
    this.#deps = deps;
  }

  /** Before keys are loaded: what is committed later is followed. */
  async start(): Promise<void> {
    this.#seq = await this.#head();
    this.#confirmedAtMs = this.#deps.monotonicMs();
  }

  /** Null while memory is known to be what the database says; else settles once it is again. Throws ApiError 503. */
  confirm = (): Promise<void> | null => {
    if (this.#deps.monotonicMs() - this.#confirmedAtMs < CONFIRMED_FOR_MS) return null;
    return this.catchUp().catch(() => {
      throw new ApiError(
        'store_unavailable',
        'The server cannot confirm with its database which API keys are valid, so it accepts none for now. Try again shortly.',
        { headers: { 'retry-after': '1' } },
      );
    });
  };

  /** Reads and applies what has changed. One at a time; a second call waits for the first. */
  catchUp(): Promise<void> {
    this.#running ??= this.#readOn().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #readOn(): Promise<void> {
    const beganAtMs = this.#deps.monotonicMs();
    const head = await this.#head();
    if (head > this.#seq) {
      const changes = await this.#deps.db
        .selectFrom('change')
        .select(['account_id', 'kind', 'subject'])
        .where('seq', '>', this.#seq)
        .where('seq', '<=', head)
        .execute();
      const keys = changes.filter(({ kind }) => /^(api_key|sandbox_token)\./.test(kind));
      const owners = changes.filter(({ kind }) => OF_OWNERS.test(kind));
      await this.#deps.apply({
        keyIds: new Set(keys.map(({ subject }) => Number(subject))),
        accountIds: new Set(owners.map(({ account_id: id }) => id)),
      });
      this.#seq = head;
    }
    this.#confirmedAtMs = beganAtMs;
  }

  async #head(): Promise<number> {
    const row = await this.#deps.db
      .selectFrom('feed_head')
      .select('seq')
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    return row.seq;
  }
}
