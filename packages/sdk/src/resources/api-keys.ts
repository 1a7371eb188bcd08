import type {
  ApiKey,
  ApiKeyCreate,
  ApiKeyUpdate,
  CreatedApiKey,
  ExplainRequest,
  Explanation,
  Introspection,
  KeyRotation,
  KeyUsage,
  LeakReceipt,
  RevokedApiKey,
  RotatedApiKey,
} from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface ApiKeyListOptions extends CallOptions {
  /** Keys in this state, `all` for every one. Every key but the revoked ones unless said. */
  status?: ApiKey['status'] | 'all' | undefined;
}

export interface ApiKeyUsageOptions extends CallOptions {
  /** `7d` unless said. */
  period?: KeyUsage['period'] | undefined;
  /** One that gives the period at most a few hundred points unless said. */
  granularity?: KeyUsage['granularity'] | undefined;
}

export interface IntrospectOptions extends CallOptions {
  /** Where the request came from that carried the key, to check it against the key's list. */
  address?: string | undefined;
}

/** API keys. Field names are those of the wire. */
export class ApiKeys {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** The only answer that holds `full_key`. */
  create(fields: ApiKeyCreate = {}, options: OnceOptions = {}): Promise<CreatedApiKey> {
    return this.#send('POST', '/v1/api-keys/', { json: fields, ...once(options) });
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
    return this.#send('PATCH', path`/v1/api-keys/${id}`, { json: fields, repeatable: true, ...call });
  }

  /** Final. The answer says when the key stopped working and on how many server processes. */
  async revoke(id: number, call: CallOptions = {}): Promise<RevokedApiKey> {
    return this.#send('DELETE', path`/v1/api-keys/${id}`, { repeatable: true, ...call });
  }

  /** The published name of `revoke`. */
  delete(id: number, call: CallOptions = {}): Promise<RevokedApiKey> {
    return this.revoke(id, call);
  }

  /**
   * Makes the successor, with the same rights and limits, and its `full_key` in this answer alone. The old key
   * ends as the policy says: when the new one first works unless said.
   */
  async rotate(id: number, rotation: KeyRotation = {}, options: OnceOptions = {}): Promise<RotatedApiKey> {
    return this.#send('POST', path`/v1/api-keys/${id}/rotate`, { json: rotation, ...once(options) });
  }

  /** Puts the old key, whose id this is, back in its place, until its successor is first used. */
  async undoRotation(id: number, call: CallOptions = {}): Promise<ApiKey> {
    return this.#send('POST', path`/v1/api-keys/${id}/rotate/undo`, call);
  }

  /** Refused from the next request on, until it is enabled again. */
  async disable(id: number, call: CallOptions = {}): Promise<ApiKey> {
    return this.#send('POST', path`/v1/api-keys/${id}/disable`, { repeatable: true, ...call });
  }

  async enable(id: number, call: CallOptions = {}): Promise<ApiKey> {
    return this.#send('POST', path`/v1/api-keys/${id}/enable`, { repeatable: true, ...call });
  }

  /** Whether a request with the key would be allowed, and which rule says so: by `method` and `path`, or `action`. */
  async explain(id: number, question: ExplainRequest, call: CallOptions = {}): Promise<Explanation> {
    return this.#send('POST', path`/v1/api-keys/${id}/explain`, {
      json: question,
      repeatable: true,
      ...call,
    });
  }

  /** Requests, errors, latency, executions and seconds of machines over time, by route and by client. */
  async usage(id: number, options: ApiKeyUsageOptions = {}): Promise<KeyUsage> {
    const { period, granularity, ...call } = options;
    return this.#send('GET', path`/v1/api-keys/${id}/usage`, { query: { period, granularity }, ...call });
  }

  /** What another key of the account is, for a service that is called with it. `active: false` says no more. */
  introspect(key: string, options: IntrospectOptions = {}): Promise<Introspection> {
    const { address, ...call } = options;
    const json = { key, address };
    return this.#send('POST', '/v1/api-keys/introspect', { json, repeatable: true, ...call });
  }

  /** Revokes a key that was found where it does not belong. Needs no key itself; the answer is always the same. */
  reportLeak(key: string, call: CallOptions = {}): Promise<LeakReceipt> {
    const json = { key };
    return this.#send('POST', '/v1/api-keys/report-leak', {
      json,
      repeatable: true,
      withKey: false,
      ...call,
    });
  }
}
