export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The first of eight weeks: the clocks change on the last Sunday of March, which is Easter Sunday. */
export const START_MS = Date.UTC(2027, 1, 8);

/** Days that are learned from, and days that are judged. */
export const LEARNED_DAYS = 28;
export const JUDGED_DAYS = 30;

const SUMMER_TIME_MS = Date.UTC(2027, 2, 28, 1);
const HOLIDAYS = new Set(['2027-03-26', '2027-03-29']);

/** Midnight in Berlin of the day with this number. */
export function midnightMs(day: number): number {
  const utc = START_MS + day * DAY_MS;
  return utc - (utc - HOUR_MS >= SUMMER_TIME_MS ? 2 : 1) * HOUR_MS;
}

/** 0 is Monday. */
export function weekdayOf(day: number): number {
  return day % 7;
}

export function isWorkday(day: number): boolean {
  const text = new Date(START_MS + day * DAY_MS).toISOString().slice(0, 10);
  return weekdayOf(day) < 5 && !HOLIDAYS.has(text);
}
