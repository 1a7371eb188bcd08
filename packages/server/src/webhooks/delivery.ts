import type { Attempt } from './attempt.ts';
import type { DeliveryRow } from './delivery-store.ts';
import { eventId } from './event-body.ts';

/** The record as the API shows it. */
export function deliveryRecord(row: DeliveryRow) {
  return {
    id: row.id,
    endpoint_id: row.endpoint_id,
    event_id: eventId(row.event_seq, row.is_test === 1),
    event_type: row.event_type,
    vm_id: row.vm_id,
    status: row.status,
    attempt_count: row.attempt_count,
    next_attempt_at: row.next_attempt_at,
    created_at: row.created_at,
    delivered_at: row.status === 'succeeded' ? row.settled_at : null,
    last_status_code: row.last_status_code,
    last_error: row.last_error,
    replay_of: row.replay_of,
  };
}

export function attemptsOf(row: DeliveryRow): Attempt[] {
  return JSON.parse(row.attempts) as Attempt[];
}
