import type { MachineTimes } from './machine-times.ts';
import type { Dimension, Part } from './reader.ts';
import { DASHBOARD_KEY_ID, OTHER, OTHER_KEY_ID } from './subject.ts';
import { Tally } from './tally.ts';
import { stepText, type Window } from './window.ts';

/** Parts that an answer names: the most used ones. An export names all. */
export const PARTS_MAX = 200;

const QUANTILES = [0.5, 0.95, 0.99];

/** Counts as the API shows them. */
export function figuresOf(tally: Tally, vmMs: number) {
  const { requests, errors, limited, bytes_in, bytes_out, executions, latency } = tally;
  const [p50, p95, p99] = latency.quantiles(QUANTILES).map((ms) => Number(ms.toPrecision(4)));
  return {
    ...{ requests, errors, limited, bytes_in, bytes_out, executions },
    latency_ms: p50 === undefined ? null : { p50, p95: p95!, p99: p99! },
    vm_seconds: vmMs / 1000,
  };
}

export type Figures = ReturnType<typeof figuresOf>;

/** Every step of the window, also those without any use, and their sum. */
export function seriesOf(window: Window, tallies: ReadonlyMap<number, Tally>, times: MachineTimes) {
  const ms = times.get('');
  const all = new Tally();
  const series = Array.from({ length: window.steps }, (_, index) => {
    const tally = tallies.get(index) ?? new Tally();
    all.merge(tally);
    return { at: stepText(window, index), ...figuresOf(tally, ms?.get(index) ?? 0) };
  });
  return { series, totals: figuresOf(all, sumOf(ms)) };
}

/** Period and steps as every answer shows them. */
export function windowFields(window: Window, nowMs: number) {
  return {
    granularity: window.step,
    period_start: stepText(window, 0),
    period_end: new Date(Math.min(nowMs, window.to * 1000)).toISOString(),
  };
}

export interface NamedFigures {
  name: string;
  totals: Figures;
}

/** The most used parts. `times` are of the same parts; in it alone are machines that nobody asked anything of. */
export async function mostUsed(parts: AsyncIterable<Part>, times: MachineTimes): Promise<NamedFigures[]> {
  const rest = new Map(times);
  let most: NamedFigures[] = [];
  const keepMost = () => {
    most = most.sort(byUse).slice(0, PARTS_MAX);
  };
  for await (const { subject, steps } of parts) {
    const totals = figuresOf(steps.get(0) ?? new Tally(), sumOf(rest.get(subject)));
    rest.delete(subject);
    if (totals.requests > 0 || totals.vm_seconds > 0) most.push({ name: subject, totals });
    if (most.length > 2 * PARTS_MAX) keepMost();
  }
  for (const [name, steps] of rest) most.push({ name, totals: figuresOf(new Tally(), sumOf(steps)) });
  keepMost();
  return most;
}

function byUse({ totals: a, name: nameA }: NamedFigures, { totals: b, name: nameB }: NamedFigures): number {
  return b.requests - a.requests || b.vm_seconds - a.vm_seconds || (nameA < nameB ? -1 : 1);
}

/** How a part is called in answers: ids are ids, and what is none has a word. */
export function subjectText(by: Dimension, name: string): string {
  if (by === 'key' && Number(name) === DASHBOARD_KEY_ID) return 'dashboard';
  if (by === 'key' && Number(name) === OTHER_KEY_ID) return OTHER;
  return by === 'environment' && name === '' ? 'none' : name;
}

function sumOf(steps: ReadonlyMap<number, number> | undefined): number {
  let sum = 0;
  for (const ms of steps?.values() ?? []) sum += ms;
  return sum;
}
