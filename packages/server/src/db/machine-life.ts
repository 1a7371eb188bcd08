import { DAY_MS, HOUR_MS } from './calendar.ts';
import type { VmTable } from './schema.ts';

/** From its first to before its last millisecond. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type LifeRow = Pick<VmTable, 'created_at' | 'expires_at' | 'ended_at' | 'isolation'>;

/** No machine lives longer, renewals included: what was made so long before a period took nothing of it. */
export const LONGEST_LIFE_MS = 30 * DAY_MS;

const NONE: Span = { fromMs: 0, toMs: 0 };

/**
 * When a machine ran, as far as it counts: from its making to its end or now, and never beyond its lifetime, however
 * late the sweep comes. Empty for one that ended before it ever ran.
 */
export function lifeOf(vm: LifeRow, nowMs: number): Span {
  if (vm.ended_at === null) return until(vm, nowMs);
  return neverRan(vm) ? NONE : until(vm, Date.parse(vm.ended_at));
}

/** All the time that a machine can still take: its lifetime while it runs, then what it took. */
export function reservedOf(vm: LifeRow): Span {
  return vm.ended_at === null ? until(vm, Number.POSITIVE_INFINITY) : lifeOf(vm, 0);
}

export function overlapMs(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
}

/** Isolation is known from the moment that a machine runs. */
function neverRan({ ended_at: endedAt, isolation }: LifeRow): boolean {
  return endedAt !== null && isolation === null;
}

function until({ created_at: createdAt, expires_at: expiresAt }: LifeRow, endMs: number): Span {
  const fromMs = Date.parse(createdAt);
  return { fromMs, toMs: Math.max(fromMs, Math.min(endMs, Date.parse(expiresAt))) };
}

/** Of equal length, one after the other. */
export interface Steps {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** The steps that a life touches, each by its number from 0 and with how long. */
export function* partsBySteps(life: Span, { fromMs, stepMs, count }: Steps): Generator<[number, number]> {
  const first = Math.max(0, Math.floor((life.fromMs - fromMs) / stepMs));
  for (let index = first; index < count && fromMs + index * stepMs < life.toMs; index++) {
    const startMs = fromMs + index * stepMs;
    const ms = overlapMs(life, { fromMs: startMs, toMs: startMs + stepMs });
    if (ms > 0) yield [index, ms];
  }
}

const STEPS_MS = { hour: HOUR_MS, day: DAY_MS };

/** A life cut at the hours of UTC, and once more at its days. `at` is the beginning, in seconds since 1970. */
export function* stepsOfLife(life: Span): Generator<{ step: keyof typeof STEPS_MS; at: number; ms: number }> {
  for (const step of ['hour', 'day'] as const) {
    const stepMs = STEPS_MS[step];
    const all = { fromMs: 0, stepMs, count: Number.POSITIVE_INFINITY };
    for (const [index, ms] of partsBySteps(life, all)) yield { step, at: (index * stepMs) / 1000, ms };
  }
}
