import { hash } from 'node:crypto';

/** A row of the audit trail without its own hash. Both links are hashes of earlier rows, so its hash covers them all. */
export interface ChainedRow {
  /** Hash of the row before, whoever's it is. */
  prev_hash: string;
  /** Hash of the row before of the same account. */
  account_prev_hash: string;
  seq: number;
  at: string;
  account_id: number;
  environment: string | null;
  event_type: string;
  status: string;
  actor_type: string;
  actor_id: string;
  user_id: number | null;
  resource_type: string;
  resource_id: string;
  vm_id: string | null;
  session_id: string | null;
  address: string | null;
  request_id: string | null;
  error_message: string | null;
  /** JSON text of an object. */
  payload: string;
}

/** What stands before the first row. */
export const GENESIS = '0'.repeat(64);

/**
 * SHA-256 of the row's columns, in this order, as the JSON text of one array without white space, in UTF-8.
 * docs/audit.md describes it for others, who verify exports with it: it can never change.
 */
export function hashOfRow(row: ChainedRow): string {
  return hash(
    'sha256',
    JSON.stringify([
      row.prev_hash,
      row.account_prev_hash,
      row.seq,
      row.at,
      row.account_id,
      row.environment,
      row.event_type,
      row.status,
      row.actor_type,
      row.actor_id,
      row.user_id,
      row.resource_type,
      row.resource_id,
      row.vm_id,
      row.session_id,
      row.address,
      row.request_id,
      row.error_message,
      row.payload,
    ]),
  );
}

/** Text as the database gives it back: half surrogate pairs and NUL would not come out as they went in. */
export function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.toWellFormed().replaceAll('\0', '\ufffd')) as T;
}
