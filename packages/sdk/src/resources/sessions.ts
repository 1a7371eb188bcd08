import type { KilledSession, Session, SessionStatus } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface SessionCreateOptions {
  /** Seconds until the session and its machine are ended. */
  lifetimeSeconds?: number | undefined;
  memoryMb?: number | undefined;
  vcpuCount?: number | undefined;
  metadata?: Record<string, string> | undefined;
  env?: Record<string, string> | undefined;
}

/** A session is what a client holds; a machine stands behind it and ends with it. */
export class Sessions {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  create(options: SessionCreateOptions = {}, call: CallOptions = {}): Promise<Session> {
    const json = {
      vm_lifetime_seconds: options.lifetimeSeconds,
      memory_mb: options.memoryMb,
      vcpu_count: options.vcpuCount,
      metadata: options.metadata,
      env: options.env,
    };
    return this.#send('POST', '/v1/sessions/session', { json, ...call });
  }

  async get(sessionId: string, call: CallOptions = {}): Promise<Session> {
    return this.#send('GET', path`/v1/sessions/session/${sessionId}`, call);
  }

  /** Answers for a session that ended or never was too, with `exists: false`. */
  async status(sessionId: string, call: CallOptions = {}): Promise<SessionStatus> {
    return this.#send('GET', path`/v1/sessions/status/${sessionId}`, call);
  }

  /** Ends the session and its machine. Again: the same answer. */
  kill(sessionId: string, call: CallOptions = {}): Promise<KilledSession> {
    return this.#send('POST', '/kill', { json: { session_id: sessionId }, ...call });
  }
}
