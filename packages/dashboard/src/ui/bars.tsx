import { barRects } from './bar-rects.ts';

interface BarsProps {
  /** Each from the bottom up, in the order of the tones. */
  bars: readonly (readonly number[])[];
  tones: readonly { className: string }[];
  width: number;
  height: number;
}

/** Stacked bars, as part of a drawing. */
export function Bars({ bars, tones, width, height }: BarsProps) {
  return barRects(bars, { width, height }).map(({ tone, ...rect }) => (
    <rect key={`${rect.x} ${tone}`} {...rect} className={tones[tone]?.className} />
  ));
}
