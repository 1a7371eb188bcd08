import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Peppers } from '../auth/pepper.ts';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';

/** How long a lost answer can be had again. */
const REPLAY_MS = 10 * 60_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a caller repeats to get the same answer again. */
export interface Retry {
  /** The text of `Idempotency-Key`. */
  key: string;
  /** Operation and input: a key that comes back with another request is a mistake. */
  request: string;
}

/**
 * Keeps the text of a new key for the caller that made it, sealed: the sealing key is made of a pepper, which is
 * not in the database, and of the caller's own Idempotency-Key, which is not stored.
 */
export class SealedAnswers {
  readonly #deps: { peppers: Peppers; randomBytes(size: number): Uint8Array };
  constructor(deps: { peppers: Peppers; randomBytes(size: number): Uint8Array }) {
    this.#deps = deps;
  }

  /** Inside the transaction of the change. Throws ApiError when the key came with another request before. */
  async find(
    trx: Transaction<Database>,
    actor: Actor,
    retry: Retry,
    at: string,
  ): Promise<{ subject: number; fullKey: string } | null> {
    const caller = callerOf(actor);
    const row = await trx
      .selectFrom('sealed_answer')
      .selectAll()
      .where('caller', '=', caller)
      .where('key_digest', '=', digestOf(retry.key))
      .where('expires_at', '>', at)
      .executeTakeFirst();
    if (!row) return null;
    const fullKey =
      row.request_digest === digestOf(retry.request) ? this.#unseal(row.sealed, caller, retry.key) : null;
    if (fullKey !== null) return { subject: row.subject, fullKey };
    throw new ApiError(
      'idempotency_key_reused',
      'This Idempotency-Key came with another request in the last 10 minutes. Give each request a key of its own.',
    );
  }

  async store(
    trx: Transaction<Database>,
    actor: Actor,
    retry: Retry,
    at: string,
    answer: { subject: number; fullKey: string },
  ): Promise<void> {
    const caller = callerOf(actor);
    const key = { caller, key_digest: digestOf(retry.key) };
    await trx
      .deleteFrom('sealed_answer')
      .where('caller', '=', caller)
      .where('key_digest', '=', key.key_digest)
      .execute();
    await trx
      .insertInto('sealed_answer')
      .values({
        ...key,
        request_digest: digestOf(retry.request),
        subject: answer.subject,
        sealed: this.#seal(answer.fullKey, caller, retry.key),
        expires_at: new Date(Date.parse(at) + REPLAY_MS).toISOString(),
      })
      .execute();
  }

  #seal(text: string, caller: string, idempotencyKey: string): Buffer {
    const version = this.#deps.peppers.current;
    const nonce = this.#deps.randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealingKey(version, caller, idempotencyKey)!, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(version);
    return Buffer.concat([head, nonce, cipher.getAuthTag(), sealed]);
  }

  #unseal(blob: Uint8Array, caller: string, idempotencyKey: string): string | null {
    const bytes = Buffer.from(blob);
    const sealingKey = this.#sealingKey(bytes.readUInt32BE(0), caller, idempotencyKey);
    if (!sealingKey) return null;
    const tagAt = 4 + NONCE_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(4, tagAt));
    decipher.setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
    return decipher.update(bytes.subarray(tagAt + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  #sealingKey(version: number, caller: string, idempotencyKey: string): Buffer | null {
    return this.#deps.peppers.digest(version, `sealed answer\n${caller}\n${idempotencyKey}`);
  }
}

/** Answers that nobody can ask for any more. */
export async function forgetSealedAnswers(
  db: { deleteFrom: Transaction<Database>['deleteFrom'] },
  at: string,
): Promise<void> {
  await db.deleteFrom('sealed_answer').where('expires_at', '<=', at).execute();
}

function callerOf(actor: Actor): string {
  return `${actor.type}:${actor.id}`;
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}
