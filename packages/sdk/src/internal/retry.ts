import { type InstaVMError, NetworkError, RateLimitError, ServerError } from '../core/errors.ts';

/** A longer wait is the caller's to decide: the error goes up at once and says how long it would be. */
const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 500;
/** Upper bound of what is added to the server's own Retry-After, so that many clients do not return at once. */
const JITTER_MS = 500;
const PASSING_STATUSES = [502, 503, 504];
/** The connection ended after the request may have arrived. Refused or never made: trying again is up to the caller. */
const LOST_ANSWER = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ConnectionClosed'];

/**
 * Milliseconds until a failed request is sent again; null when it is not. Over a limit nothing was done, so any
 * request is. After a lost answer or a passing failure only what is `repeatable` is: sent twice, done once.
 */
export function retryDelayMs(
  error: InstaVMError,
  repeatable: boolean,
  attempt: number,
  random: () => number,
): number | null {
  if (!(error instanceof RateLimitError) && !(repeatable && isPassing(error))) return null;
  const asked = error.retryAfterSeconds;
  const delayMs =
    asked === null
      ? FIRST_WAIT_MS * 2 ** attempt * (0.5 + random() / 2)
      : asked * 1000 + random() * JITTER_MS;
  return asked !== null && asked * 1000 > LONGEST_WAIT_MS ? null : Math.round(delayMs);
}

function isPassing(error: InstaVMError): boolean {
  if (error instanceof ServerError) return PASSING_STATUSES.includes(error.status!);
  return error instanceof NetworkError && causes(error).some((code) => LOST_ANSWER.includes(code));
}

// fetch says only "fetch failed"; the code of what failed is in the chain of causes.
function causes(error: Error): string[] {
  const codes: string[] = [];
  for (let current: unknown = error.cause; current instanceof Error; current = current.cause) {
    codes.push(String((current as Error & { code?: unknown }).code));
  }
  return codes;
}
