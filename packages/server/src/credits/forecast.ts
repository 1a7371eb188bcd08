import { DAY_MS, HOUR_MS } from '../db/calendar.ts';
import type { Span } from '../db/machine-life.ts';

export interface Forecast {
  /** Of the days so far in this month. */
  dailyAverage: number;
  /** At the end of the month, if it goes on like this. */
  atEnd: number;
  /** Null when it lasts beyond the month. */
  exhaustedAtMs: number | null;
}

/** `used` is what was used of `allocated` since the month began. */
export function forecast(month: Span, used: number, allocated: number, nowMs: number): Forecast {
  // The first minutes of a month say nothing of the rest of it.
  const elapsedMs = Math.max(HOUR_MS, nowMs - month.fromMs);
  const perMs = used / elapsedMs;
  const leftMs = Math.max(0, month.toMs - nowMs);
  const atEnd = used + perMs * leftMs;
  const untilEmptyMs =
    used >= allocated ? 0 : perMs === 0 ? Number.POSITIVE_INFINITY : (allocated - used) / perMs;
  return {
    dailyAverage: perMs * DAY_MS,
    atEnd,
    exhaustedAtMs: untilEmptyMs < leftMs ? nowMs + Math.ceil(untilEmptyMs) : null,
  };
}
