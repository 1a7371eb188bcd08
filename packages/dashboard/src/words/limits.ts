import { parseRateLimit } from '@instavm/contract/rate-limit';

const UNITS = [
  { seconds: 1, name: 'second' },
  { seconds: 60, name: 'minute' },
  { seconds: 3600, name: 'hour' },
  { seconds: 86_400, name: 'day' },
];

/** `100 requests a minute, 20 at once`. */
export function rateLimitInWords(text: string): string {
  const limit = parseRateLimit(text);
  if (limit === null) return text;
  if (limit === 'off') return 'No limit';
  const { requests, windowSeconds, burst } = limit;
  const unit = UNITS.find(({ seconds }) => seconds === windowSeconds);
  const every = unit ? `a ${unit.name}`.replace('a hour', 'an hour') : `in ${grouped(windowSeconds)} s`;
  return `${grouped(requests)} ${requests === 1 ? 'request' : 'requests'} ${every}, ${grouped(burst)} at once`;
}

/** Seconds of machines as people count them: `1,000 hours`, `2.5 hours`, `90 s`. */
export function machineTimeInWords(seconds: number): string {
  if (seconds < 3600) return seconds < 60 ? `${seconds} s` : `${round(seconds / 60)} min`;
  const hours = round(seconds / 3600);
  return `${hours} ${hours === '1' ? 'hour' : 'hours'}`;
}

const round = (value: number) => value.toLocaleString('en-GB', { maximumFractionDigits: 1 });
export const grouped = (value: number) => value.toLocaleString('en-GB');
