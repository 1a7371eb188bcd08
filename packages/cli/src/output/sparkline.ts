import { type Io, isRich } from '../io.ts';

const BARS = '▁▂▃▄▅▆▇█';
const WIDTH_MAX = 60;

/** Numbers as a row of bars, the largest the highest; null where no terminal draws it, or there is nothing to draw. */
export function sparkline(io: Io, values: readonly number[]): string | null {
  const most = Math.max(0, ...values);
  if (!isRich(io, io.stdout) || values.length < 2 || most === 0) return null;
  return together(values, Math.min(values.length, WIDTH_MAX))
    .map((value, _, parts) => (value === 0 ? ' ' : BARS[barOf(value, Math.max(...parts))]))
    .join('');
}

/** The highest bar is for the most alone, and what is not nothing has a bar. */
function barOf(value: number, most: number): number {
  return Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length));
}

/** As many sums as there are places. */
function together(values: readonly number[], places: number): number[] {
  const sums = Array.from({ length: places }, () => 0);
  for (const [at, value] of values.entries()) sums[Math.floor((at * places) / values.length)]! += value;
  return sums;
}
