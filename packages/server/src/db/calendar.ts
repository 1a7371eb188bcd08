import type { Span } from './machine-life.ts';

/** Of UTC, like all that is counted by the calendar. */
export interface Month extends Span {
  /** `2030-01`. */
  readonly name: string;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function monthOf(ms: number): Month {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    name: date.toISOString().slice(0, 7),
    fromMs: Date.UTC(year, month),
    toMs: Date.UTC(year, month + 1),
  };
}

/** `2030-01-31T23`. */
export function hourName(ms: number): string {
  return new Date(ms).toISOString().slice(0, 13);
}

export interface Part {
  name: string;
  ms: number;
}

/** A span cut at the ends of months, in order; without parts of no length. */
export function monthsOf(span: Span): Part[] {
  return partsOf(span, (ms) => monthOf(ms));
}

/** A span cut at full hours. */
export function hoursOf(span: Span): Part[] {
  return partsOf(span, (ms) => ({ name: hourName(ms), toMs: (Math.floor(ms / HOUR_MS) + 1) * HOUR_MS }));
}

function partsOf({ fromMs, toMs }: Span, stepAt: (ms: number) => { name: string; toMs: number }): Part[] {
  const parts: Part[] = [];
  for (let at = fromMs; at < toMs; ) {
    const step = stepAt(at);
    const end = Math.min(step.toMs, toMs);
    parts.push({ name: step.name, ms: end - at });
    at = end;
  }
  return parts;
}
