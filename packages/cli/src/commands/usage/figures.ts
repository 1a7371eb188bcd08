import type { UsageFigures, UsagePart, UsagePoint } from '@instavm/sdk';
import type { Io } from '../../io.ts';
import { bytesInWords, short } from '../../output/figures.ts';
import { sparkline } from '../../output/sparkline.ts';
import { type Column, table } from '../../output/table.ts';

export const PERIODS = ['1h', '24h', '7d', '30d', '90d', '1y'] as const;
export const DIMENSIONS = ['key', 'environment', 'vm', 'route', 'client'] as const;

export const PERIOD_OPTION = {
  flags: '--period <period>',
  description: 'so far back (default 7d)',
  choices: PERIODS,
};

interface Period {
  period: string;
  granularity: string;
  period_start: string;
  period_end: string;
}

export function periodRow({
  period,
  granularity,
  period_start,
  period_end,
}: Period): [label: string, value: unknown] {
  return ['Period', `${period}, ${period_start} to ${period_end}, by ${granularity}`];
}

/** Lines of a card. */
export function figureRows(io: Io, totals: UsageFigures, series: readonly UsagePoint[]): [string, unknown][] {
  const { latency_ms: latency } = totals;
  const bars = sparkline(
    io,
    series.map(({ requests }) => requests),
  );
  return [
    ['Requests', `${totals.requests}, ${totals.errors} errors, ${totals.limited} of them over a limit`],
    ...(bars ? ([['  over time', bars]] as [string, unknown][]) : []),
    [
      'Latency',
      latency && `p50 ${short(latency.p50)} ms, p95 ${short(latency.p95)} ms, p99 ${short(latency.p99)} ms`,
    ],
    ['Data', `${bytesInWords(totals.bytes_in)} in, ${bytesInWords(totals.bytes_out)} out`],
    ['Executions', totals.executions],
    ['Machine seconds', short(totals.vm_seconds)],
  ];
}

/** One row for each part, most used first. */
export function partsTable(title: string, parts: readonly UsagePart[]): string {
  const figure = (title: string, value: (totals: UsageFigures) => unknown): Column<UsagePart> => ({
    title,
    value: ({ totals }) => value(totals),
  });
  return table(parts, [
    { title, value: ({ subject, label }) => (label ? `${subject} ${label}` : subject) },
    figure('Requests', ({ requests }) => requests),
    figure('Errors', ({ errors }) => errors),
    figure('Limited', ({ limited }) => limited),
    figure('p95 ms', ({ latency_ms }) => latency_ms && short(latency_ms.p95)),
    figure('Executions', ({ executions }) => executions),
    figure('Machine s', ({ vm_seconds }) => short(vm_seconds)),
  ]);
}
