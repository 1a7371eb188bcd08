export interface RateLimit {
  requests: number;
  windowSeconds: number;
  /** How many may come at once. */
  burst: number;
}

const FORM = /^([1-9]\d{0,6})\/([1-9]\d{0,4})s,burst=([1-9]\d{0,6})$/;
const MAX_WINDOW_SECONDS = 86_400;

/** Reads `off` or `N/Ws,burst=B`, e.g. `100/60s,burst=20`; null when it is neither. W is 1 to 86400. */
export function parseRateLimit(text: string): RateLimit | 'off' | null {
  if (text === 'off') return 'off';
  const [requests, windowSeconds, burst] = FORM.exec(text)?.slice(1).map(Number) ?? [];
  if (requests === undefined || windowSeconds === undefined || burst === undefined) return null;
  return windowSeconds <= MAX_WINDOW_SECONDS ? { requests, windowSeconds, burst } : null;
}
