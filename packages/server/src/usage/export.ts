import { csvLine } from '../http/csv.ts';
import { type Figures, figuresOf, subjectText } from './answer.ts';
import type { MachineTimes } from './machine-times.ts';
import type { Dimension, Part } from './reader.ts';
import { Tally } from './tally.ts';
import { stepText, type Window } from './window.ts';

/** One part in one step in which there was something. */
export interface ExportedRow extends Figures {
  at: string;
  subject: string;
  label: string | null;
}

interface ExportFormat {
  mediaType: string;
  fileName: string;
  head: string;
  line(row: ExportedRow): string;
}

const COLUMNS = [
  'at',
  'subject',
  'label',
  'requests',
  'errors',
  'limited',
  'bytes_in',
  'bytes_out',
  'latency_ms_p50',
  'latency_ms_p95',
  'latency_ms_p99',
  'executions',
  'vm_seconds',
] as const;

export const EXPORT_FORMATS: Record<'jsonl' | 'csv', ExportFormat> = {
  jsonl: {
    mediaType: 'application/x-ndjson',
    fileName: 'instavm-usage.jsonl',
    head: '',
    line: (row) => `${JSON.stringify(row)}\n`,
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    fileName: 'instavm-usage.csv',
    head: csvLine(COLUMNS),
    line({ latency_ms: latency, ...row }) {
      const flat = {
        ...row,
        latency_ms_p50: latency?.p50 ?? null,
        latency_ms_p95: latency?.p95 ?? null,
        latency_ms_p99: latency?.p99 ?? null,
      };
      return csvLine(COLUMNS.map((column) => flat[column]));
    },
  },
};

/** All rows of a part together, oldest first; what had machines alone comes last. */
export async function* exportedRows(
  by: Dimension,
  window: Window,
  parts: AsyncIterable<Part>,
  times: MachineTimes,
  labelOf: (name: string) => Promise<string | null>,
): AsyncGenerator<ExportedRow> {
  const rest = new Map(times);
  for await (const { subject, steps } of parts) {
    yield* rowsOf(subject, steps, rest.get(subject));
    rest.delete(subject);
  }
  for (const [name, ms] of rest) yield* rowsOf(name, new Map(), ms);

  async function* rowsOf(
    name: string,
    steps: ReadonlyMap<number, Tally>,
    ms: ReadonlyMap<number, number> = new Map(),
  ): AsyncGenerator<ExportedRow> {
    const indexes = new Set([...steps.keys(), ...ms.keys()]);
    if (indexes.size === 0) return;
    const label = await labelOf(name);
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const figures = figuresOf(steps.get(index) ?? new Tally(), ms.get(index) ?? 0);
      yield { at: stepText(window, index), subject: subjectText(by, name), label, ...figures };
    }
  }
}
