import {
  ConflictError,
  type InstaVMError,
  NetworkError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
} from '../core/errors.ts';
import { causesOf } from './causes.ts';

/** Why a request is sent again. */
export type RetryReason = 'rate_limited' | 'unavailable' | 'connection_lost' | 'still_running';

/** What bounds the repetitions of one call. */
export interface RetryBounds {
  maxRetries: number;
  /** Of all waits of the call together. */
  maxWaitMs: number;
}

/** How far one call has come. */
export interface RetryState {
  /** Repetitions so far. */
  attempts: number;
  waitedMs: number;
  /** Sent twice it does no more than once. */
  repeatable: boolean;
}

/** `tooLong`: it would be sent again, but the server asks for a longer wait than may be waited. */
export type RetryDecision =
  | { kind: 'wait'; waitMs: number; reason: RetryReason }
  | { kind: 'giveUp'; tooLong: boolean };

/** Of the waits that grow: without a word of the server's, and what is added to it so that not all return at once. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
const UNAVAILABLE = [502, 503, 504];
/** Refused or never made is not among them: trying that again is up to the caller. */
const LOST_CODES = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed'];
/** Where a platform gives no code: Deno, Bun and workers. */
const LOST_WORDS = /connection (was )?(closed|reset|lost)|socket hang up|other side closed/i;

/**
 * Full jitter: a wait is any part of a bound that doubles each time. It comes on top of the server's own Retry-After,
 * so that no request is earlier than the server allows and many clients do not return at once. Over a limit nothing was
 * done, so any request is sent again; after a lost answer or a passing failure only what is `repeatable` is.
 */
export function decideRetry(
  error: InstaVMError,
  { attempts, waitedMs, repeatable }: RetryState,
  { maxRetries, maxWaitMs }: RetryBounds,
  random: () => number,
): RetryDecision {
  const reason = reasonOf(error, repeatable);
  if (reason === null) return { kind: 'giveUp', tooLong: false };
  const askedMs = (error.retryAfterSeconds ?? 0) * 1000;
  const leftMs = maxWaitMs - waitedMs;
  if (askedMs > leftMs) return { kind: 'giveUp', tooLong: true };
  // The server answers as soon as it is done, so how often it was asked says nothing.
  const doublings = reason === 'still_running' ? 0 : attempts;
  if (doublings >= maxRetries) return { kind: 'giveUp', tooLong: false };
  const spreadMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** doublings, leftMs - askedMs);
  return { kind: 'wait', waitMs: Math.ceil(askedMs + random() * spreadMs), reason };
}

function reasonOf(error: InstaVMError, repeatable: boolean): RetryReason | null {
  if (error instanceof RateLimitError) return 'rate_limited';
  // Some quotas are free again as soon as something ends; the server says when, or nothing.
  if (error instanceof QuotaExceededError) return error.retryAfterSeconds === null ? null : 'rate_limited';
  if (!repeatable) return null;
  if (error instanceof ConflictError) return error.code === 'idempotency_key_in_use' ? 'still_running' : null;
  if (error instanceof ServerError) return UNAVAILABLE.includes(error.status!) ? 'unavailable' : null;
  return error instanceof NetworkError && isLost(error) ? 'connection_lost' : null;
}

/** The connection ended after the request may have arrived. */
export function isLost(error: Error): boolean {
  return causesOf(error).some(
    ({ code, message }) => LOST_CODES.includes(String(code)) || LOST_WORDS.test(message),
  );
}
