import type { VmTable } from './schema.ts';

/** From its first to before its last millisecond. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type LifeRow = Pick<VmTable, 'created_at' | 'expires_at' | 'ended_at' | 'isolation'>;

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

const STEPS = { hour: 3_600_000, day: 86_400_000 };

/** A life cut at the hours of UTC, and once more at its days. `at` is the beginning, in seconds since 1970. */
export function* stepsOfLife({
  fromMs,
  toMs,
}: Span): Generator<{ step: keyof typeof STEPS; at: number; ms: number }> {
  for (const step of ['hour', 'day'] as const) {
    for (let startMs = fromMs; startMs < toMs; ) {
      const at = Math.floor(startMs / STEPS[step]);
      const endMs = Math.min(toMs, (at + 1) * STEPS[step]);
      yield { step, at: (at * STEPS[step]) / 1000, ms: endMs - startMs };
      startMs = endMs;
    }
  }
}
