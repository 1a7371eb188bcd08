import type { Transaction } from 'kysely';
import { CallerSealing } from '../auth/caller-sealing.ts';
import type { Peppers } from '../auth/pepper.ts';
import type { Database } from '../db/schema.ts';
import { digestOf, keyReused, outcomeUnknown, REPLAY_MS, type Retry } from '../http/retry.ts';

/** Keeps the text of a new key for the caller that made it, sealed for them, in the transaction that makes the key. */
export class SealedAnswers {
  readonly #sealing: CallerSealing;
  constructor(deps: { peppers: Peppers; randomBytes(size: number): Uint8Array }) {
    this.#sealing = new CallerSealing(deps);
  }

  /** Inside the transaction of the change. Throws ApiError when the key came with another request before. */
  async find(
    trx: Transaction<Database>,
    retry: Retry,
    at: string,
  ): Promise<{ subject: number; fullKey: string } | null> {
    const row = await trx
      .selectFrom('sealed_answer')
      .selectAll()
      .where('caller', '=', retry.caller)
      .where('key_digest', '=', digestOf(retry.key))
      .where('expires_at', '>', at)
      .executeTakeFirst();
    if (!row) return null;
    if (row.request_digest !== retry.request) throw keyReused();
    const fullKey = this.#sealing.open(row.sealed, retry);
    if (fullKey === null) throw outcomeUnknown();
    return { subject: row.subject, fullKey };
  }

  async store(
    trx: Transaction<Database>,
    retry: Retry,
    at: string,
    answer: { subject: number; fullKey: string },
  ): Promise<void> {
    const key = { caller: retry.caller, key_digest: digestOf(retry.key) };
    await trx
      .deleteFrom('sealed_answer')
      .where('caller', '=', key.caller)
      .where('key_digest', '=', key.key_digest)
      .execute();
    await trx
      .insertInto('sealed_answer')
      .values({
        ...key,
        request_digest: retry.request,
        subject: answer.subject,
        sealed: this.#sealing.seal(answer.fullKey, retry),
        expires_at: new Date(Date.parse(at) + REPLAY_MS).toISOString(),
      })
      .execute();
  }
}

/** Answers that nobody can ask for any more. */
export async function forgetSealedAnswers(
  db: { deleteFrom: Transaction<Database>['deleteFrom'] },
  at: string,
): Promise<void> {
  await db.deleteFrom('sealed_answer').where('expires_at', '<=', at).execute();
}
