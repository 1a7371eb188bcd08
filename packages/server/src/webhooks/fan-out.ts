import type { Transaction } from 'kysely';
import type { AuditEventRow } from '../audit/event-reader.ts';
import type { Database } from '../db/schema.ts';
import { hasUnsettled, insertDelivery } from './delivery-store.ts';
import { listenersOf } from './endpoint-store.ts';
import { wants } from './patterns.ts';

export interface FanOutDeps {
  now(): number;
  randomBytes(size: number): Uint8Array;
  /** An endpoint has something to get. */
  wake(endpointId: string, accountId: number): void;
}

/** Makes one delivery of each event for each endpoint that asks for it, in the transaction of the reader's place. */
export class FanOut {
  readonly #deps: FanOutDeps;
  /** Of the transaction under way: told once it is committed. */
  #woken = new Map<string, number>();
  constructor(deps: FanOutDeps) {
    this.#deps = deps;
  }

  handle = async (trx: Transaction<Database>, events: AuditEventRow[]): Promise<void> => {
    this.tellWoken();
    const { now, randomBytes } = this.#deps;
    const listeners = await listenersOf(trx, [...new Set(events.map(({ account_id }) => account_id))]);
    if (listeners.length === 0) return;
    const at = new Date(now()).toISOString();
    const waited = new Set<string>();
    for (const event of events) {
      for (const endpoint of listeners) {
        if (!wants(endpoint, event)) continue;
        const { id: endpointId, account_id: accountId, environment } = endpoint;
        const vmId = event.vm_id;
        const order = `${endpointId} ${vmId}`;
        const waits = vmId !== null && (waited.has(order) || (await hasUnsettled(trx, endpointId, vmId)));
        if (vmId !== null) waited.add(order);
        const made = {
          endpointId,
          accountId,
          environment,
          isTest: false,
          vmId,
          orderedBy: vmId,
          replayOf: null,
        };
        await insertDelivery(
          trx,
          randomBytes,
          { ...made, eventSeq: event.seq, eventType: event.event_type },
          at,
          waits,
        );
        if (!waits) this.#woken.set(endpointId, accountId);
      }
    }
  };

  /** To be called when the reader has caught up. */
  tellWoken(): void {
    const woken = this.#woken;
    this.#woken = new Map();
    for (const [endpointId, accountId] of woken) this.#deps.wake(endpointId, accountId);
  }
}
