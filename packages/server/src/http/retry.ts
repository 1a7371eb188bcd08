import type { Operation } from '@instavm/contract';
import type { Retry } from '../keys/sealed-answer.ts';
import type { RequestContext } from './context.ts';
import { ValidationError } from './errors.ts';

/** Printable ASCII, as an HTTP field's value can hold it everywhere. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** What makes a repeated request known again; null when the caller did not ask for it. Throws ValidationError. */
export function retryOf(context: RequestContext, operation: Operation, input: unknown): Retry | null {
  const key = context.idempotencyKey;
  if (key === null) return null;
  if (!IDEMPOTENCY_KEY.test(key)) {
    const msg = 'has 1 to 255 printable ASCII characters without spaces, such as a UUID';
    throw new ValidationError([{ loc: ['header', 'Idempotency-Key'], msg, type: 'value_error' }]);
  }
  return { key, request: `${operation.id}\n${JSON.stringify(input)}` };
}
