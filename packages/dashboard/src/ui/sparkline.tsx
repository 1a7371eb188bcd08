import { Bars } from './bars.tsx';

interface SparklineProps {
  /** Empty while nothing is known: the line alone, in the same place. */
  values: readonly number[];
  /** What it shows, for those who do not see it. */
  label: string;
}

const WIDTH = 70;
const HEIGHT = 20;
const LINE = 1;
const TONES = [{ className: 'fill-edge' }];

/** Small bars on a line, as high as a line of text. Without use, the line alone. */
export function Sparkline({ values, label }: SparklineProps) {
  return (
    <svg
      role="img"
      aria-label={label}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      shapeRendering="crispEdges"
      className="shrink-0"
    >
      <rect x="1" y={HEIGHT - LINE} width={WIDTH - 2} height={LINE} className="fill-edge/45" />
      <Bars bars={values.map((value) => [value])} tones={TONES} width={WIDTH} height={HEIGHT - LINE} />
    </svg>
  );
}
