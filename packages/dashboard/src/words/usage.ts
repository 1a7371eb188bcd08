import type { UsageFigures } from '../api/types.ts';
import { grouped } from './limits.ts';
import { bytes } from './size.ts';

/** `12,345 requests, 0.2 % errors`. */
export function requestsInWords({ requests, errors }: Pick<UsageFigures, 'requests' | 'errors'>): string {
  if (requests === 0) return 'No requests';
  const words = `${grouped(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  return errors === 0 ? words : `${words}, ${share(errors, requests)} errors`;
}

/** `1,240 requests in 7 days, most on Tuesday`. The days are those of UTC, as `2026-11-24`. */
export function daysInWords(days: readonly string[], counts: readonly number[]): string {
  const requests = counts.reduce((total, count) => total + count, 0);
  const most = Math.max(0, ...counts);
  const busiest = days.filter((_, index) => counts[index] === most);
  const words = `${requestsInWords({ requests, errors: 0 })} in ${days.length} days`;
  if (requests === 0 || busiest.length !== 1) return words;
  const day = new Date(busiest[0]!).toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
  if (requests === 1) return `${words}, on ${day}`;
  return `${words}, ${most === requests ? 'all' : 'most'} on ${day}`;
}

/** `0.2 %`; never `0 %` of something. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? '< 0.1 %' : `${percent.toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}

export function latencyInWords(latency: UsageFigures['latency_ms']): string {
  if (!latency) return 'None';
  return `${milliseconds(latency.p50)} half, ${milliseconds(latency.p99)} at most for 99 of 100`;
}

export function trafficInWords({
  bytes_in,
  bytes_out,
}: Pick<UsageFigures, 'bytes_in' | 'bytes_out'>): string {
  return `${bytes(bytes_in)} in, ${bytes(bytes_out)} out`;
}

export function milliseconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(0)} s`;
}

/** The name of a step in time, in the reader's zone. */
export function stepInWords(at: string, granularity: 'minute' | 'hour' | 'day'): string {
  const time = new Date(at);
  // A day of the server's is one of UTC.
  if (granularity === 'day') return at.slice(0, 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
