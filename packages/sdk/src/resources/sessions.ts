import type { KilledSession, Session, SessionStatus, SessionUsage } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface SessionCreateOptions {
  /** Seconds until the session and its machine are ended. */
  lifetimeSeconds?: number | undefined;
  /** It is ended when nobody used it for so long. */
  idleTimeoutSeconds?: number | undefined;
  memoryMb?: number | undefined;
  vcpuCount?: number | undefined;
  metadata?: Record<string, string> | undefined;
  env?: Record<string, string> | undefined;
}

export interface SessionListOptions extends CallOptions {
  metadata?: Record<string, string> | undefined;
  limit?: number | undefined;
}

export interface SessionRenewOptions extends CallOptions {
  lifetimeSeconds?: number | undefined;
  idleTimeoutSeconds?: number | undefined;
}

/** A session is what a client holds; a machine stands behind it and ends with it. */
export class Sessions {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  create(options: SessionCreateOptions = {}, call: OnceOptions = {}): Promise<Session> {
    const json = {
      vm_lifetime_seconds: options.lifetimeSeconds,
      idle_timeout_seconds: options.idleTimeoutSeconds,
      memory_mb: options.memoryMb,
      vcpu_count: options.vcpuCount,
      metadata: options.metadata,
      env: options.env,
    };
    return this.#send('POST', '/v1/sessions/session', { json, ...once(call) });
  }

  /** The live ones; with `metadata` those that have all of it. At most `limit`, 100 unless said. */
  list(options: SessionListOptions = {}): Promise<Session[]> {
    const { metadata, limit, ...call } = options;
    const query = { metadata: metadata && JSON.stringify(metadata), limit };
    return this.#send('GET', '/v1/sessions/sandboxes', { query, ...call });
  }

  async get(sessionId: string, call: CallOptions = {}): Promise<Session> {
    return this.#send('GET', path`/v1/sessions/session/${sessionId}`, call);
  }

  /** Answers for a session that ended or never was too, with `exists: false`. */
  async status(sessionId: string, call: CallOptions = {}): Promise<SessionStatus> {
    return this.#send('GET', path`/v1/sessions/status/${sessionId}`, call);
  }

  /** Its end is the lifetime from now on, that which it was made with unless said, and never beyond its bound. */
  async renew(sessionId: string, options: SessionRenewOptions = {}): Promise<Session> {
    const { lifetimeSeconds, idleTimeoutSeconds, ...call } = options;
    const json = { vm_lifetime_seconds: lifetimeSeconds, idle_timeout_seconds: idleTimeoutSeconds };
    return this.#send('POST', path`/v1/sessions/session/${sessionId}/renew`, {
      json,
      repeatable: true,
      ...call,
    });
  }

  /** What it has used, also after its end. */
  async usage(sessionId: string, call: CallOptions = {}): Promise<SessionUsage> {
    return this.#send('GET', path`/v1/sessions/usage/${sessionId}`, call);
  }

  /** Ends the session and its machine. Again: the same answer. */
  kill(sessionId: string, call: CallOptions = {}): Promise<KilledSession> {
    return this.#send('POST', '/kill', { json: { session_id: sessionId }, repeatable: true, ...call });
  }
}
