import { type AuditActorType, type AuditStatus, groupOfAuditEvent } from '@instavm/contract/audit-events';
import type { Environment } from '@instavm/contract/states';
import type { ChainedRow } from '../db/audit-chain.ts';

export type AuditRow = ChainedRow & { hash: string };

/** The record as the API shows it: every column that its hash covers, under the published names. */
export function auditRecord(row: AuditRow) {
  return {
    id: row.seq,
    created_at: row.at,
    account_id: row.account_id,
    environment: row.environment as Environment | null,
    event_group: groupOfAuditEvent(row.event_type),
    event_type: row.event_type,
    status: row.status as AuditStatus,
    actor_type: row.actor_type as AuditActorType,
    actor_id: row.actor_id,
    user_id: row.user_id,
    resource_type: row.resource_type,
    resource_id: row.resource_id,
    vm_id: row.vm_id,
    session_id: row.session_id,
    address: row.address,
    request_id: row.request_id,
    error_message: row.error_message,
    event_payload: JSON.parse(row.payload) as Record<string, unknown>,
    prev_hash: row.prev_hash,
    account_prev_hash: row.account_prev_hash,
    hash: row.hash,
  };
}

export type AuditRecord = ReturnType<typeof auditRecord>;
