import { scrubSecrets } from '@instavm/keyformat';

/** What an event is told from: its row of the audit trail. */
export interface ToldEvent {
  seq: number;
  at: string;
  account_id: number;
  environment: string | null;
  vm_id: string | null;
  session_id: string | null;
  resource_type: string;
  resource_id: string;
  /** JSON text of an object. */
  payload: string;
}

/** Nothing that is recorded comes near it; a receiver can count on it all the same. */
const DATA_BYTES_MAX = 32 * 1024;

/** The same for all endpoints, attempts and replays, so that a receiver can tell what it has had already. */
export function eventId(seq: number, isTest: boolean): string {
  return isTest ? `evt_${seq}_test` : `evt_${seq}`;
}

/** The body of a delivery: JSON. A secret never gets into the trail; if one ever did, it would end here. */
export function eventBody(event: ToldEvent, eventType: string, isTest: boolean): string {
  const fields = JSON.stringify({
    id: eventId(event.seq, isTest),
    event_type: eventType,
    created_at: event.at,
    account_id: event.account_id,
    environment: event.environment,
    vm_id: event.vm_id,
    session_id: event.session_id,
    resource_type: event.resource_type,
    resource_id: event.resource_id,
  });
  // The payload is JSON already.
  return scrubSecrets(`${fields.slice(0, -1)},"data":${isTest ? TEST : dataOf(event.payload)}}`);
}

const TEST = JSON.stringify({ message: 'A test. Nothing happened.' });

function dataOf(payload: string): string {
  if (Buffer.byteLength(payload) <= DATA_BYTES_MAX) return payload;
  const message = `More than ${DATA_BYTES_MAX} bytes; the audit trail has it whole.`;
  return JSON.stringify({ is_cut: true, message });
}
