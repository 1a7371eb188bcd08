import type { Kysely, Transaction } from 'kysely';
import { CallerSealing } from '../auth/caller-sealing.ts';
import type { Peppers } from '../auth/pepper.ts';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { digestOf, REPLAY_MS, type Retry } from './retry.ts';

/** A request that was cut off stays one whose outcome is unknown for longer than the longest program can run. */
const UNKNOWN_MS = 24 * 60 * 60_000;

/** An answer of which this much is left is not large. */
const SMALL_BYTES = 64 * 1024;

const SYSTEM: Actor = { type: 'system', id: 'repeated-answers', address: null, requestId: null };

/** How far a request has come: begun and never ended, answered, or answered with more than is kept. */
export type Progress =
  | { state: 'begun' }
  | { state: 'answer_not_kept' }
  | { state: 'answered'; text: string };

export interface RepeatedStoreDeps {
  db: Kysely<Database>;
  peppers: Peppers;
  randomBytes(size: number): Uint8Array;
  now(): number;
  /** Of one answer, and of all that an account has: larger ones are not kept. */
  maxBytes: { answer: number; account: number };
}

/** What is kept of requests with an Idempotency-Key, sealed for their callers: bodies and answers can hold secrets. */
export class RepeatedStore {
  readonly #deps: RepeatedStoreDeps;
  readonly #sealing: CallerSealing;
  constructor(deps: RepeatedStoreDeps) {
    this.#deps = deps;
    this.#sealing = new CallerSealing(deps);
  }

  /**
   * Notes that the request has begun; null when it is the first with its key. Else what became of that one, and
   * whether it was the same request. Throws ActorDiedError.
   */
  begin(
    actor: Actor,
    accountId: number,
    retry: Retry,
  ): Promise<null | (Progress & { isSameRequest: boolean })> {
    const at = this.#after(0);
    return mutate(this.#deps.db, actor, at, async (trx) => {
      const row = await this.#rowOf(trx, retry);
      if (row && row.expires_at > at) {
        const text = this.#sealing.open(row.sealed, retry);
        // The pepper of then is gone: nobody can say what it was.
        if (text === null) return { state: 'begun', isSameRequest: true };
        const [request, progress] = parse(text);
        return { ...progress, isSameRequest: request === retry.request };
      }
      await this.#write(trx, accountId, retry, { state: 'begun' }, this.#after(UNKNOWN_MS));
      return null;
    });
  }

  /** Whatever has become of the caller meanwhile. */
  async keep(accountId: number, retry: Retry, text: string): Promise<void> {
    const until = this.#after(REPLAY_MS);
    await mutate(this.#deps.db, SYSTEM, this.#after(0), async (trx) => {
      const fits = await this.#hasRoom(trx, accountId, Buffer.byteLength(text));
      const progress: Progress = fits ? { state: 'answered', text } : { state: 'answer_not_kept' };
      await this.#write(trx, accountId, retry, progress, until);
    });
  }

  /** The request has done nothing: repeated, it is carried out as if it were the first. */
  async forget(retry: Retry): Promise<void> {
    await mutate(this.#deps.db, SYSTEM, this.#after(0), (trx) => this.#remove(trx, retry));
  }

  #rowOf(trx: Transaction<Database>, { caller, key }: Retry) {
    return trx
      .selectFrom('repeated_answer')
      .select(['sealed', 'expires_at'])
      .where('caller', '=', caller)
      .where('key_digest', '=', digestOf(key))
      .executeTakeFirst();
  }

  async #write(
    trx: Transaction<Database>,
    accountId: number,
    retry: Retry,
    progress: Progress,
    expiresAt: string,
  ): Promise<void> {
    await this.#remove(trx, retry);
    await trx
      .insertInto('repeated_answer')
      .values({
        caller: retry.caller,
        key_digest: digestOf(retry.key),
        account_id: accountId,
        sealed: this.#sealing.seal(textOf(retry.request, progress), retry),
        expires_at: expiresAt,
      })
      .execute();
  }

  async #remove(trx: Transaction<Database>, { caller, key }: Retry): Promise<void> {
    await trx
      .deleteFrom('repeated_answer')
      .where('caller', '=', caller)
      .where('key_digest', '=', digestOf(key))
      .execute();
  }

  async #hasRoom(trx: Transaction<Database>, accountId: number, bytes: number): Promise<boolean> {
    const { maxBytes } = this.#deps;
    if (bytes <= SMALL_BYTES) return true;
    if (bytes > maxBytes.answer) return false;
    const { kept } = await trx
      .selectFrom('repeated_answer')
      .select(({ fn, cast }) => cast<number>(fn.sum(fn('length', ['sealed'])), 'integer').as('kept'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    return (kept ?? 0) + bytes <= maxBytes.account;
  }

  #after(ms: number): string {
    return new Date(this.#deps.now() + ms).toISOString();
  }
}

/** Answers that nobody can ask for any more. */
export async function forgetRepeatedAnswers(db: Kysely<Database>, at: string): Promise<void> {
  await db.deleteFrom('repeated_answer').where('expires_at', '<=', at).execute();
}

/** Three lines: what was asked, how far it has come, the answer. */
function textOf(request: string, progress: Progress): string {
  return `${request}\n${progress.state}\n${progress.state === 'answered' ? progress.text : ''}`;
}

function parse(text: string): [request: string, Progress] {
  const [request, state] = text.split('\n', 2) as [string, Progress['state']];
  if (state !== 'answered') return [request, { state }];
  return [request, { state, text: text.slice(request.length + state.length + 2) }];
}
