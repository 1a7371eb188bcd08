import { useState } from 'react';
import { highestBar, sum } from './bar-rects.ts';
import { Bars } from './bars.tsx';

export interface Bar {
  /** What it stands for, when it is pointed at. */
  label: string;
  /** From the bottom up, in the order of the tones. */
  values: readonly number[];
}

export interface BarTone {
  name: string;
  className: string;
}

interface BarChartProps {
  /** What it shows, for those who do not see it. */
  label: string;
  tones: readonly BarTone[];
  bars: readonly Bar[];
  /** Ends of the axis below. */
  from: string;
  to: string;
  format?: (value: number) => string;
}

const HEIGHT = 120;
const WIDTH = 1000;

/** Stacked bars over time. What it draws is also a table, for readers that cannot see it. */
export function BarChart({ label, tones, bars, from, to, format = grouped }: BarChartProps) {
  const [at, setAt] = useState<number | null>(null);
  const values = bars.map((bar) => bar.values);
  const step = WIDTH / Math.max(1, bars.length);
  const shown = at === null ? null : bars[at];
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      <figcaption className="flex min-h-5 flex-wrap items-center justify-between gap-x-4 gap-y-1 text-small">
        <span className="flex flex-wrap gap-x-4 gap-y-1 text-soft">
          {tones.map((tone, index) => (
            <span key={tone.name} className="inline-flex items-center gap-1.5">
              <svg aria-hidden="true" width="8" height="8" className={tone.className}>
                <rect width="8" height="8" rx="2" />
              </svg>
              {tone.name}
              {shown && <span className="text-ink tabular-nums">{format(shown.values[index] ?? 0)}</span>}
            </span>
          ))}
        </span>
        <span className="text-faint tabular-nums">
          {shown ? shown.label : `at most ${format(highestBar(values))}`}
        </span>
      </figcaption>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-32 w-full border-line border-b"
        onPointerLeave={() => setAt(null)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const index = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
          setAt(Math.max(0, Math.min(bars.length - 1, index)));
        }}
      >
        {at !== null && <rect x={at * step} width={step} height={HEIGHT} className="fill-hover" />}
        <Bars bars={values} tones={tones} width={WIDTH} height={HEIGHT} />
      </svg>
      <div className="flex justify-between text-faint text-note tabular-nums" aria-hidden>
        <span>{from}</span>
        <span>{to}</span>
      </div>
      <ChartTable label={label} tones={tones} bars={bars} format={format} />
    </figure>
  );
}

function ChartTable({
  label,
  tones,
  bars,
  format,
}: Pick<Required<BarChartProps>, 'label' | 'tones' | 'bars' | 'format'>) {
  const filled = bars.filter(({ values }) => sum(values) > 0);
  return (
    <table className="sr-only">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {tones.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {filled.map((bar) => (
          <tr key={bar.label}>
            <th scope="row">{bar.label}</th>
            {tones.map(({ name }, index) => (
              <td key={name}>{format(bar.values[index] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const grouped = (value: number) => value.toLocaleString('en-GB');
