import { DAY_MS } from '../db/calendar.ts';
import { invalidQuery } from '../http/errors.ts';

const DEFAULT_DAYS = 30;
const DAYS_MAX = 365;

export interface BreakdownQuery {
  days?: number | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
}

/**
 * The days of UTC that are asked for: both ends are in it, and a time counts as its day. Without a start they are the
 * last `days` up to the end, without an end they go up to today. The published client sends `days` always, so that
 * dates go before it. Throws ValidationError.
 */
export function breakdownDays(
  { days = DEFAULT_DAYS, start_date: start, end_date: end }: BreakdownQuery,
  nowMs: number,
): { fromMs: number; days: number } {
  const last = end === undefined ? dayOf(nowMs) : dayOf(dateOf('end_date', end));
  if (start === undefined) return { fromMs: (last - days + 1) * DAY_MS, days };
  const first = dayOf(dateOf('start_date', start));
  if (first > last) {
    const until = end === undefined ? 'today, where the period ends without an end_date' : 'end_date';
    throw invalidQuery('start_date', `is after ${until}; give an earlier one`);
  }
  const asked = last - first + 1;
  if (asked > DAYS_MAX) {
    throw invalidQuery(
      'start_date',
      `begins a period of ${asked} days; at most ${DAYS_MAX} are shown at once`,
    );
  }
  return { fromMs: first * DAY_MS, days: asked };
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** A date that no calendar has, such as 30 February, is one of the next month for JavaScript. */
function dateOf(field: string, text: string): number {
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  const isReal = !Number.isNaN(day) && new Date(day).toISOString().slice(0, 10) === text.slice(0, 10);
  if (!isReal) throw invalidQuery(field, 'is no date of the calendar');
  return Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
}
