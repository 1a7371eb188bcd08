import type { ApiKey, ApiKeyCreate, ApiKeyUpdate, CreatedApiKey, RevokedApiKey } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface ApiKeyListOptions extends CallOptions {
  /** Keys in this state; `active` unless said, `all` for every one, tombstones included. */
  status?: ApiKey['status'] | 'all' | undefined;
}

export interface ApiKeyCreateOptions extends CallOptions {
  /** The same text again within ten minutes gives the same key again instead of another. */
  idempotencyKey?: string | undefined;
}

/** API keys. Field names are those of the wire. */
export class ApiKeys {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** The only answer that holds `full_key`. */
  create(fields: ApiKeyCreate = {}, options: ApiKeyCreateOptions = {}): Promise<CreatedApiKey> {
    const { idempotencyKey, ...call } = options;
    const headers: Record<string, string> = idempotencyKey ? { 'idempotency-key': idempotencyKey } : {};
    return this.#send('POST', '/v1/api-keys/', { json: fields, headers, ...call });
  }

  list(options: ApiKeyListOptions = {}): Promise<ApiKey[]> {
    const { status, ...call } = options;
    return this.#send('GET', '/v1/api-keys/', { query: { status }, ...call });
  }

  async get(id: number, call: CallOptions = {}): Promise<ApiKey> {
    return this.#send('GET', path`/v1/api-keys/${id}`, call);
  }

  /** An absent field stays as it is; null clears it. */
  async update(id: number, fields: ApiKeyUpdate, call: CallOptions = {}): Promise<ApiKey> {
    return this.#send('PATCH', path`/v1/api-keys/${id}`, { json: fields, ...call });
  }

  /** Final. The answer says when the key stopped working and on how many server processes. */
  async revoke(id: number, call: CallOptions = {}): Promise<RevokedApiKey> {
    return this.#send('DELETE', path`/v1/api-keys/${id}`, call);
  }

  /** The published name of `revoke`. */
  delete(id: number, call: CallOptions = {}): Promise<RevokedApiKey> {
    return this.revoke(id, call);
  }
}
