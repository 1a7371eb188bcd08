import type { Usage } from '../../api/types.ts';
import { BarChart } from '../../ui/bar-chart.tsx';
import { requestsInWords, stepInWords } from '../../words/usage.ts';

const TONES = [
  { name: 'Served', className: 'fill-brass' },
  { name: 'Limited', className: 'fill-warn' },
  { name: 'Other errors', className: 'fill-bad' },
];

/** Requests over time: those that went well, those that met a limit, and other errors. */
export function UsageChart({ usage }: { usage: Pick<Usage, 'series' | 'granularity' | 'totals'> }) {
  const { series, granularity, totals } = usage;
  const name = (at: string | undefined) => (at ? stepInWords(at, granularity) : '');
  return (
    <BarChart
      label={`Requests by ${granularity}: ${requestsInWords(totals)}`}
      tones={TONES}
      bars={series.map(({ at, requests, errors, limited }) => ({
        label: name(at),
        values: [requests - errors, limited, errors - limited],
      }))}
      from={name(series[0]?.at)}
      to={name(series.at(-1)?.at)}
    />
  );
}
