import type { RateLimit } from '@instavm/contract/rate-limit';
import type { LayerName } from './layer-name.ts';

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

/**
 * What `RateLimit-Policy` says of a rate, to be put behind the name of its layer. No partition key: the name says whose
 * requests are counted, and nothing in it comes from a key.
 */
export function ratePolicy({ requests, windowSeconds, burst }: RateLimit): string {
  return `;q=${requests};w=${windowSeconds};instavm-burst=${burst}`;
}

export function concurrencyPolicy(name: LayerName, concurrent: number): string {
  return `"${concurrencyName(name)}";q=${concurrent};qu="concurrent-requests"`;
}

export function concurrencyName(name: LayerName): string {
  return `${name}-concurrent`;
}

/** `t` is the time until one more may come; a cell of which nothing is taken up has none to wait for. */
export function rateState(name: LayerName, remaining: number, nextSeconds: number | null): string {
  return nextSeconds === null ? `"${name}";r=${remaining}` : `"${name}";r=${remaining};t=${nextSeconds}`;
}

export function concurrencyState(name: LayerName, remaining: number): string {
  return `"${name}-concurrent";r=${remaining}`;
}
