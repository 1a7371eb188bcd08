import { hash } from 'node:crypto';
import type { Operation } from '@instavm/contract';
import { actorOf, type RequestContext } from './context.ts';
import { ApiError, ValidationError } from './errors.ts';

/** Printable ASCII, as an HTTP field's value can hold it everywhere. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** How long an answer can be had again. */
export const REPLAY_MS = 10 * 60_000;

/** What a caller repeats to get the same answer again. */
export interface Retry {
  /** Who asks, in which account. */
  caller: string;
  /** The text of `Idempotency-Key`. */
  key: string;
  /** A digest of operation and input: a key that comes back with another request is a mistake. */
  request: string;
}

/** What makes a repeated request known again; null when the caller did not ask for it. Throws ValidationError. */
export function retryOf(context: RequestContext, operation: Operation, input: unknown): Retry | null {
  const key = context.idempotencyKey;
  if (key === null) return null;
  if (!IDEMPOTENCY_KEY.test(key)) {
    const msg = 'has 1 to 255 printable ASCII characters without spaces, such as a UUID';
    throw new ValidationError([{ loc: ['header', 'Idempotency-Key'], msg, type: 'value_error' }]);
  }
  const { type, id } = actorOf(context);
  return {
    caller: `${type}:${id}@${context.principal.accountId}`,
    key,
    request: digestOf(`${operation.id}\n${JSON.stringify(input)}`),
  };
}

/** Under which a retry is found; its own text is not stored. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}

export function keyReused(): ApiError {
  return new ApiError(
    'idempotency_key_reused',
    'This Idempotency-Key came with another request in the last 10 minutes. Give each request a key of its own.',
  );
}

export function outcomeUnknown(): ApiError {
  return new ApiError(
    'idempotency_key_in_doubt',
    'A request with this Idempotency-Key was cut off, so whether it was carried out is not known. Look whether what it makes is there; if it is not, send it again with a new Idempotency-Key.',
  );
}
