import type { ServedRequest } from '../http/served-request.ts';
import { Latency } from './latency.ts';

/** Operations that run a program on a machine. */
const EXECUTIONS: ReadonlySet<string | null> = new Set(['executions.run', 'executions.start']);

/** The counts of some requests, as they are kept for a step of time. */
export interface Counts {
  requests: number;
  errors: number;
  limited: number;
  bytes_in: number;
  bytes_out: number;
  executions: number;
}

export const COUNTS = ['requests', 'errors', 'limited', 'bytes_in', 'bytes_out', 'executions'] as const;

export type Counted = Pick<ServedRequest, 'status' | 'operationId' | 'durationMs' | 'bytesIn' | 'bytesOut'>;

/** What is counted of requests. */
export class Tally implements Counts {
  requests = 0;
  errors = 0;
  limited = 0;
  bytes_in = 0;
  bytes_out = 0;
  executions = 0;
  readonly latency = new Latency();

  add({ status, operationId, durationMs, bytesIn, bytesOut }: Counted): void {
    this.requests++;
    if (status >= 400) this.errors++;
    else if (EXECUTIONS.has(operationId)) this.executions++;
    if (status === 429) this.limited++;
    this.bytes_in += bytesIn;
    this.bytes_out += bytesOut;
    this.latency.add(durationMs);
  }

  merge(other: Tally): void {
    this.addCounts(other);
    this.latency.merge(other.latency);
  }

  addRow(row: Counts & { latency: string }): void {
    this.addCounts(row);
    this.latency.addEncoded(row.latency);
  }

  addCounts(counts: Counts): void {
    this.requests += Number(counts.requests);
    this.errors += Number(counts.errors);
    this.limited += Number(counts.limited);
    this.bytes_in += Number(counts.bytes_in);
    this.bytes_out += Number(counts.bytes_out);
    this.executions += Number(counts.executions);
  }
}
