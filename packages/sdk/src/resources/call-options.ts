import type { RequestOptions } from '../internal/transport.ts';

/** What every method takes last. */
export interface CallOptions {
  /** Ends the wait; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call gives up, instead of the client's. */
  timeoutMs?: number | undefined;
}

/** Of methods that make something: a lost answer is asked for again and nothing is made twice. */
export interface OnceOptions extends CallOptions {
  /** The same text again within ten minutes gives the same answer again. Each call makes its own unless said. */
  idempotencyKey?: string | undefined;
}

/** Sent as often as needed, carried out once. */
export function once({
  idempotencyKey = globalThis.crypto.randomUUID(),
  ...call
}: OnceOptions): RequestOptions {
  return { ...call, headers: { 'idempotency-key': idempotencyKey }, repeatable: true };
}
