import { formatRateLimit, parseRateLimit, rateLimitProblem } from '@instavm/contract/rate-limit';

export type RateChoice = 'inherit' | 'off' | 'own';

/** A limit as somebody types it. */
export interface RateLimitDraft {
  choice: RateChoice;
  requests: string;
  windowSeconds: string;
  burst: string;
}

const START = { requests: '100', windowSeconds: '60', burst: '20' };

/** Null is what stands behind it: the account's, or the server's. */
export function rateDraftOf(text: string | null): RateLimitDraft {
  const limit = text === null ? null : parseRateLimit(text);
  if (limit === null) return { choice: 'inherit', ...START };
  if (limit === 'off') return { choice: 'off', ...START };
  return {
    choice: 'own',
    requests: String(limit.requests),
    windowSeconds: String(limit.windowSeconds),
    burst: String(limit.burst),
  };
}

/** As the API takes it, or why it would not. */
export function readRateDraft(
  draft: RateLimitDraft,
): { value: string | null; problem: null } | { value?: undefined; problem: string } {
  if (draft.choice === 'inherit') return { value: null, problem: null };
  if (draft.choice === 'off') return { value: 'off', problem: null };
  const [requests, windowSeconds, burst] = [draft.requests, draft.windowSeconds, draft.burst].map((text) =>
    text.trim() === '' ? Number.NaN : Number(text),
  ) as [number, number, number];
  if ([requests, windowSeconds, burst].some((value) => !Number.isInteger(value)))
    return { problem: 'Give whole numbers.' };
  const value = formatRateLimit({ requests, windowSeconds, burst });
  const problem = rateLimitProblem(value);
  return problem ? { problem: `This ${problem}.` } : { value, problem: null };
}
