import { AUDIT_EVENT_TYPES, isAuditEventType } from '@instavm/contract/audit-events';
import { nearest } from '@instavm/contract/nearest';
import type { Kysely } from 'kysely';
import { auditRecord } from '../audit/event.ts';
import { Slices } from '../audit/slices.ts';
import { newestEvents } from '../audit/store.ts';
import type { Database } from '../db/schema.ts';
import { OperatorError } from './operator-error.ts';

export interface AuditListInput {
  /** Of one account; 0 is the server itself, to which refusals of unknown keys belong. All without it. */
  accountId?: number;
  type?: string;
  limit: number;
}

/** Events of whatever account, newest first. */
export async function listAudit(db: Kysely<Database>, input: AuditListInput) {
  const { accountId = null, type, limit } = input;
  if (type !== undefined && !isAuditEventType(type)) {
    const meant = nearest(type, AUDIT_EVENT_TYPES);
    throw new OperatorError(`--type ${type} is no type of event.${meant ? ` Did you mean ${meant}?` : ''}`);
  }
  const scope = { accountId, environment: null };
  const page = { before: undefined, limit };
  const rows = await newestEvents({ db, slices: new Slices() }, scope, { event_type: type }, page);
  return rows.map(auditRecord);
}
