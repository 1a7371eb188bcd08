import type { Anomaly } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface AnomalyListOptions extends CallOptions {
  /** `open` unless said. */
  status?: Anomaly['status'] | 'all' | undefined;
  keyId?: number | undefined;
}

export interface AnomalyQuietOptions extends CallOptions {
  /** How long the like is not raised; 30 unless said. */
  days?: number | undefined;
}

/** What is unusual about the use of keys. */
export class Anomalies {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  list(options: AnomalyListOptions = {}): Promise<Anomaly[]> {
    const { status, keyId, ...call } = options;
    return this.#send('GET', '/v1/anomalies', { query: { status, key_id: keyId }, ...call });
  }

  async get(anomalyId: string, call: CallOptions = {}): Promise<Anomaly> {
    return this.#send('GET', path`/v1/anomalies/${anomalyId}`, call);
  }

  /** It is expected: the like is not raised for some days. */
  async quiet(anomalyId: string, options: AnomalyQuietOptions = {}): Promise<Anomaly> {
    const { days, ...call } = options;
    const json = { days };
    return this.#send('POST', path`/v1/anomalies/${anomalyId}/quiet`, { json, repeatable: true, ...call });
  }

  /** It was looked into. */
  async resolve(anomalyId: string, call: CallOptions = {}): Promise<Anomaly> {
    return this.#send('POST', path`/v1/anomalies/${anomalyId}/resolve`, { repeatable: true, ...call });
  }
}
