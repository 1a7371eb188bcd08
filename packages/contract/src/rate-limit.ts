export interface RateLimit {
  requests: number;
  windowSeconds: number;
  /** How many may come at once. */
  burst: number;
}

const FORM = /^([1-9]\d{0,6})\/([1-9]\d{0,4})s,burst=([1-9]\d{0,6})$/;
/** The same with any numbers, to tell one that is out of its range from a text of another form. */
const ANY_NUMBERS = /^(-?[\d.]{1,30})\/(-?[\d.]{1,30})s,burst=(-?[\d.]{1,30})$/;

const MAX_REQUESTS = 9_999_999;
const MAX_WINDOW_SECONDS = 86_400;

const RANGES = [
  { what: 'requests', most: MAX_REQUESTS, unit: '' },
  { what: 'the window', most: MAX_WINDOW_SECONDS, unit: ' s' },
  { what: 'burst', most: MAX_REQUESTS, unit: '' },
] as const;

/** Reads `off` or `N/Ws,burst=B`, e.g. `100/60s,burst=20`; null when it is neither. W is 1 to 86400. */
export function parseRateLimit(text: string): RateLimit | 'off' | null {
  if (text === 'off') return 'off';
  const [requests, windowSeconds, burst] = FORM.exec(text)?.slice(1).map(Number) ?? [];
  if (requests === undefined || windowSeconds === undefined || burst === undefined) return null;
  return windowSeconds <= MAX_WINDOW_SECONDS ? { requests, windowSeconds, burst } : null;
}

export function formatRateLimit({ requests, windowSeconds, burst }: RateLimit): string {
  return `${requests}/${windowSeconds}s,burst=${burst}`;
}

/** Why a text is no limit, with the range of the number that is out of it; null when it is one. */
export function rateLimitProblem(text: string): string | null {
  if (parseRateLimit(text) !== null) return null;
  const numbers = ANY_NUMBERS.exec(text)?.slice(1).map(Number) ?? [];
  for (const [place, { what, most, unit }] of RANGES.entries()) {
    const number = numbers[place] ?? 1;
    if (number < 1 || number > most)
      return `is no limit: ${what} may be 1${unit} to ${most}${unit}, not ${number}${unit}`;
  }
  return `is neither off nor a limit like 100/60s,burst=20: 1 to ${MAX_REQUESTS} requests in 1 to ${MAX_WINDOW_SECONDS} s, of which 1 to ${MAX_REQUESTS} may come at once, in whole numbers`;
}
