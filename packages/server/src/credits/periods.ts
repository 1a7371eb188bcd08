import { DAY_MS, HOUR_MS, type Month, monthOf } from '../db/calendar.ts';
import type { Span, Steps } from '../db/machine-life.ts';

const WEEK_MS = 7 * DAY_MS;

/** The first Monday of the epoch. */
const MONDAY_MS = 4 * DAY_MS;

/** What credits are summed up over; every end is a full hour of UTC. */
export interface Period extends Span {
  /** How many times the allocation of a month counts. */
  readonly months: number;
}

export type PeriodName = 'current_month' | 'last_30_days' | 'all';

export function periodOf(name: PeriodName, nowMs: number, accountFromMs: number): Period {
  const month = monthOf(nowMs);
  if (name === 'current_month') return { ...span(month), months: 1 };
  if (name === 'last_30_days') {
    const toMs = nextStart(nowMs, DAY_MS);
    return { fromMs: toMs - 30 * DAY_MS, toMs, months: 1 };
  }
  const first = monthOf(Math.min(accountFromMs, nowMs));
  return { fromMs: first.fromMs, toMs: month.toMs, months: monthsBetween(first, month) };
}

const DAYS = { '7d': 7, '30d': 30, '90d': 90 } as const;

/** The last so many days from a full hour on, this one included; weeks begin on Mondays, the first of them whole. */
export function stepsOf(
  period: keyof typeof DAYS,
  granularity: 'hourly' | 'daily' | 'weekly',
  nowMs: number,
): Steps {
  const days = DAYS[period];
  if (granularity === 'hourly') return lastSteps(nextStart(nowMs, HOUR_MS), HOUR_MS, days * 24);
  const tomorrow = nextStart(nowMs, DAY_MS);
  if (granularity === 'daily') return lastSteps(tomorrow, DAY_MS, days);
  const firstDay = tomorrow - days * DAY_MS;
  const firstMonday = firstDay - ((firstDay - MONDAY_MS) % WEEK_MS);
  return { fromMs: firstMonday, stepMs: WEEK_MS, count: Math.ceil((tomorrow - firstMonday) / WEEK_MS) };
}

function lastSteps(toMs: number, stepMs: number, count: number): Steps {
  return { fromMs: toMs - count * stepMs, stepMs, count };
}

function nextStart(ms: number, stepMs: number): number {
  return (Math.floor(ms / stepMs) + 1) * stepMs;
}

const span = ({ fromMs, toMs }: Span): Span => ({ fromMs, toMs });

function monthsBetween(first: Month, last: Month): number {
  const number = (month: Month) => {
    const date = new Date(month.fromMs);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  return number(last) - number(first) + 1;
}
