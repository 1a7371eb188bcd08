import { audit } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { auditRecord } from '../event.ts';
import { findEvent } from '../store.ts';

export const getAuditEvent = (deps: { db: Kysely<Database> }) =>
  bind(audit.getEvent, async ({ principal }, { params }) => {
    const row = await findEvent(deps.db, principal, params.event_id);
    if (!row) throw notFound('audit');
    return auditRecord(row);
  });
