import type { AuditCatalog, AuditEvent, AuditPage, AuditVerification } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface AuditFilters {
  eventGroup?: string | undefined;
  eventType?: string | undefined;
  status?: AuditEvent['status'] | undefined;
  /** The person who did it, or whose API key did. */
  userId?: number | undefined;
  vmId?: string | undefined;
  sessionId?: string | undefined;
}

export interface AuditListOptions extends AuditFilters, CallOptions {
  /** `next_cursor` of the page before. */
  cursor?: string | undefined;
  /** 1 to 200; 50 unless said. */
  limit?: number | undefined;
}

export interface AuditExportOptions extends AuditFilters, CallOptions {
  /** `jsonl` unless said. */
  format?: 'jsonl' | 'csv' | undefined;
}

/** The account's audit trail: who did what, when and from where, and what was refused. */
export class Audit {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** Every kind of event, by group. */
  catalog(call: CallOptions = {}): Promise<AuditCatalog> {
    return this.#send('GET', '/v1/audit/catalog', call);
  }

  /** One page, newest first. */
  events(options: AuditListOptions = {}): Promise<AuditPage> {
    const { cursor, limit, signal, timeoutMs, ...filters } = options;
    const query = { ...queryOf(filters), cursor, limit };
    return this.#send('GET', '/v1/audit/events', { query, signal, timeoutMs });
  }

  /** Every event, newest first, page after page. */
  async *everyEvent(options: AuditListOptions = {}): AsyncGenerator<AuditEvent> {
    let cursor = options.cursor;
    do {
      const page = await this.events({ limit: 200, ...options, cursor });
      yield* page.items;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }

  async getEvent(id: number | string, call: CallOptions = {}): Promise<AuditEvent> {
    return this.#send('GET', path`/v1/audit/events/${id}`, call);
  }

  /** Checks the chain of the account's events. `knownHead` is `head` of an earlier answer, which must still be in it. */
  verify(options: CallOptions & { knownHead?: string | undefined } = {}): Promise<AuditVerification> {
    const { knownHead, ...call } = options;
    return this.#send('GET', '/v1/audit/verify', { query: { known_head: knownHead }, ...call });
  }

  /** Every event, oldest first, as bytes of a file that come while they are read. */
  export(options: AuditExportOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { format, signal, timeoutMs, ...filters } = options;
    const query = { ...queryOf(filters), format };
    return this.#send('GET', '/v1/audit/export', { query, streamed: true, signal, timeoutMs });
  }
}

function queryOf(filters: AuditFilters) {
  return {
    event_group: filters.eventGroup,
    event_type: filters.eventType,
    status: filters.status,
    user_id: filters.userId,
    vm_id: filters.vmId,
    session_id: filters.sessionId,
  };
}
