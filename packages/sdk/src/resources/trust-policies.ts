import type { DeletedTrustPolicy, TrustPolicy, TrustPolicyCreate } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

/** Whose tokens are exchanged for short-lived API keys (`InstaVM.exchangeToken`), and what those may do. */
export class TrustPolicies {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  create(fields: TrustPolicyCreate, options: OnceOptions = {}): Promise<TrustPolicy> {
    return this.#send('POST', '/v1/trust-policies', { json: fields, ...once(options) });
  }

  list(call: CallOptions = {}): Promise<TrustPolicy[]> {
    return this.#send('GET', '/v1/trust-policies', call);
  }

  async get(policyId: number, call: CallOptions = {}): Promise<TrustPolicy> {
    return this.#send('GET', path`/v1/trust-policies/${policyId}`, call);
  }

  /** Revokes the keys that came of it. */
  async delete(policyId: number, call: CallOptions = {}): Promise<DeletedTrustPolicy> {
    return this.#send('DELETE', path`/v1/trust-policies/${policyId}`, call);
  }
}
