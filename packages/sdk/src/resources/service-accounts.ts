import type {
  DeletedServiceAccount,
  ServiceAccount,
  ServiceAccountCreate,
  ServiceAccountUpdate,
} from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

/** Owners of API keys that are no people: `apiKeys.create({ service_account_id })`. */
export class ServiceAccounts {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  create(fields: ServiceAccountCreate, call: OnceOptions = {}): Promise<ServiceAccount> {
    return this.#send('POST', '/v1/service-accounts', { json: fields, ...once(call) });
  }

  list(call: CallOptions = {}): Promise<ServiceAccount[]> {
    return this.#send('GET', '/v1/service-accounts', call);
  }

  async update(id: number, fields: ServiceAccountUpdate, call: CallOptions = {}): Promise<ServiceAccount> {
    return this.#send('PATCH', path`/v1/service-accounts/${id}`, { json: fields, repeatable: true, ...call });
  }

  async suspend(id: number, call: CallOptions = {}): Promise<ServiceAccount> {
    return this.#send('POST', path`/v1/service-accounts/${id}/suspend`, { repeatable: true, ...call });
  }

  async resume(id: number, call: CallOptions = {}): Promise<ServiceAccount> {
    return this.#send('POST', path`/v1/service-accounts/${id}/resume`, { repeatable: true, ...call });
  }

  /** Revokes its keys. */
  async delete(id: number, call: CallOptions = {}): Promise<DeletedServiceAccount> {
    return this.#send('DELETE', path`/v1/service-accounts/${id}`, call);
  }
}
