const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** From one attempt to the next. The twelve retries that an endpoint has by default are a day long together. */
const WAITS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  1 * HOUR_MS,
  2 * HOUR_MS,
  3 * HOUR_MS,
  4 * HOUR_MS,
  6 * HOUR_MS,
  8 * HOUR_MS,
];

/** As long as a receiver may ask to be left alone. */
const RETRY_AFTER_MAX_MS = 8 * HOUR_MS;

/** A fifth more or less, so that what failed together does not come again together. */
const JITTER = 0.2;

/**
 * How long to wait behind attempt number `attempts`.
 * @param random from 0 to 1
 * @param retryAfterMs what the receiver asked for
 */
export function waitMs(attempts: number, random: number, retryAfterMs: number | null): number {
  const planned = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1]! * (1 + JITTER * (2 * random - 1));
  return Math.round(Math.max(planned, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)));
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3). Null for anything else. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS;
  const at = /GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** What is known of how an endpoint has been since its last success. */
export interface Health {
  failingSince: string | null;
  failures: number;
}

const DISABLED_AFTER_MS = 5 * 24 * HOUR_MS;
const DISABLED_AFTER_FAILURES = 20;

/** Whether to stop: for days nothing has succeeded, and often enough that it is no accident. */
export function isGivenUp({ failingSince, failures }: Health, nowMs: number): boolean {
  return (
    failingSince !== null &&
    failures >= DISABLED_AFTER_FAILURES &&
    nowMs - Date.parse(failingSince) >= DISABLED_AFTER_MS
  );
}

/**
 * How many attempts at an endpoint may be under way. It begins with few and grows with what succeeds, so that a
 * receiver that hangs never holds many connections, and one that is quick gets all it can take.
 */
export const WINDOW = { first: 8, most: 64, least: 4 } as const;

/** The window after one more attempt. */
export function windowAfter(
  window: number,
  succeeded: boolean,
  { failures }: Pick<Health, 'failures'>,
): number {
  if (succeeded) return Math.min(window + 1, WINDOW.most);
  return failures < DISABLED_AFTER_FAILURES ? Math.max(window >> 1, WINDOW.least) : 1;
}
