export interface BarRect {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Which value of its bar, from the bottom up. */
  tone: number;
}

/** Whatever was there is seen, however little beside the rest. */
const LEAST_HEIGHT = 1.5;
/** Of the place of a bar, what it leaves free on each side. */
const GAP = 0.1;

/** Stacked bars side by side in a box, the highest as high as it. Nothing is drawn for zero. */
export function barRects(
  bars: readonly (readonly number[])[],
  box: { width: number; height: number },
): BarRect[] {
  const step = box.width / Math.max(1, bars.length);
  const scale = box.height / highestBar(bars);
  return bars.flatMap((values, index) => {
    let y = box.height;
    return values.flatMap((value, tone) => {
      if (value === 0) return [];
      const height = Math.max(LEAST_HEIGHT, value * scale);
      y -= height;
      return [{ x: step * (index + GAP), y, width: step * (1 - 2 * GAP), height, tone }];
    });
  });
}

/** The largest sum of a bar, at least 1. */
export const highestBar = (bars: readonly (readonly number[])[]) => Math.max(1, ...bars.map(sum));

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
