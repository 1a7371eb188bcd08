import { msUntil, type Pace, remainingOf } from './gcra.ts';
import type { LayerName } from './layer.ts';

// Names of draft-ietf-httpapi-ratelimit-headers-11, which is not an RFC yet: they stand here and nowhere else.
export const POLICY_FIELD = 'ratelimit-policy';
export const LIMIT_FIELD = 'ratelimit';
export const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';
export const ABNORMAL_USAGE = 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected';
export const VIOLATED_POLICIES = 'violated-policies';

// What clients knew before the draft: the tightest rate alone.
export const OLD_LIMIT_FIELD = 'x-ratelimit-limit';
export const OLD_REMAINING_FIELD = 'x-ratelimit-remaining';
export const OLD_RESET_FIELD = 'x-ratelimit-reset';

/** No partition key: the name of a policy says whose requests it counts, and nothing in it comes from a key. */
export function ratePolicy(name: LayerName, { requests, windowSeconds, burst }: Pace): string {
  return `"${name}";q=${requests};w=${windowSeconds};instavm-burst=${burst}`;
}

export function concurrencyPolicy(name: LayerName, concurrent: number): string {
  return `"${concurrencyName(name)}";q=${concurrent};qu="concurrent-requests"`;
}

export function concurrencyName(name: LayerName): string {
  return `${name}-concurrent`;
}

/** `t` is the time until one more may come; a cell of which nothing is taken up has none to wait for. */
export function rateState(name: LayerName, remaining: number, nextSeconds: number | null): string {
  return `"${name}";r=${remaining}${nextSeconds === null ? '' : `;t=${nextSeconds}`}`;
}

export function concurrencyState(name: LayerName, remaining: number): string {
  return `"${concurrencyName(name)}";r=${remaining}`;
}

/** Whole seconds until one more than now may come at once; null where nothing is taken up. */
export function nextSeconds(pace: Pace, taken: number): number | null {
  if (taken === 0) return null;
  return Math.ceil(msUntil(pace, taken, remainingOf(pace, taken) + 1) / 1000);
}
