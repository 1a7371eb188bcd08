import type { EnvironmentSettings, UsageBreakdown, Usage as UsageRecord } from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface UsageOptions extends CallOptions {
  /** `key` unless said. */
  by?: UsageRecord['by'] | undefined;
  /** `7d` unless said. */
  period?: UsageRecord['period'] | undefined;
  /** One that gives the period at most a few hundred points unless said. */
  granularity?: UsageRecord['granularity'] | undefined;
  environment?: EnvironmentSettings['environment'] | undefined;
  keyId?: number | undefined;
  vmId?: string | undefined;
}

export interface UsageExportOptions extends UsageOptions {
  /** `jsonl` unless said. */
  format?: 'jsonl' | 'csv' | undefined;
}

export interface UsageBreakdownOptions extends CallOptions {
  /** 30 unless said; `startDate` and `endDate` count before it. */
  days?: number | undefined;
  /** ISO dates. */
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** Who used what. */
export class Usage {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** Requests, errors, latency, executions and seconds of machines over time and by part. */
  query(options: UsageOptions = {}): Promise<UsageRecord> {
    const { query, call } = split(options);
    return this.#send('GET', '/v1/usage', { query, ...call });
  }

  /** The same as bytes of a file that come while they are read. */
  export(options: UsageExportOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { format, ...rest } = options;
    const { query, call } = split(rest);
    return this.#send('GET', '/v1/usage/export', { query: { ...query, format }, streamed: true, ...call });
  }

  /** What machines cost, by day. */
  breakdown(options: UsageBreakdownOptions = {}): Promise<UsageBreakdown> {
    const { days, startDate, endDate, ...call } = options;
    const query = { days, start_date: startDate, end_date: endDate };
    return this.#send('GET', '/v1/users/me/usage-breakdown', { query, ...call });
  }
}

function split({ by, period, granularity, environment, keyId, vmId, ...call }: UsageOptions) {
  return { query: { by, period, granularity, environment, key_id: keyId, vm_id: vmId }, call };
}
