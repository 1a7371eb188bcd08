const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** Three days that are a moment old are still three days. */
const FORGIVEN = 0.02;

/** `3 days`, `36 hours`: whole ones of the largest unit of which there are at least two. */
export function durationInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [size, name] = UNITS.find(([size]) => whole >= 2 * size) ?? UNITS.at(-1)!;
  const count = Math.floor(whole / size + FORGIVEN);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** `3 days ago`, `in 2 hours`, `just now`; null for no time. */
export function timeInWords(time: string | null | undefined, nowMs: number): string | null {
  if (!time) return null;
  const seconds = (Date.parse(time) - nowMs) / 1000;
  if (Number.isNaN(seconds)) return time;
  if (Math.abs(seconds) < 2) return 'just now';
  const words = durationInWords(Math.abs(seconds));
  return seconds < 0 ? `${words} ago` : `in ${words}`;
}

/** `2027-01-31T12:00:00.000Z (in 3 days)`; null for no time. */
export function exactTime(time: string | null | undefined, nowMs: number): string | null {
  return time ? `${time} (${timeInWords(time, nowMs)})` : null;
}

/** A time as it was given, or so long from now. */
export type Moment = { at: string } | { inSeconds: number };

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Parses `90d`, `12h`, `30m`. */
export function durationSeconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([smhdw])$/.exec(text) ?? [];
  if (count && unit) return Number(count) * UNIT_SECONDS[unit]!;
  throw new Error('is no time like 90d, 12h or 30m');
}

/** Parses a time like 2027-01-31T12:00:00Z, or one that long from now like 12h. */
export function moment(text: string): Moment {
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return { at: text };
  try {
    return { inSeconds: durationSeconds(text) };
  } catch {
    throw new Error('is no time like 2027-01-31T12:00:00Z, 90d or 12h');
  }
}

export function momentText(given: Moment, nowMs: number): string {
  return 'at' in given ? given.at : new Date(nowMs + given.inSeconds * 1000).toISOString();
}
