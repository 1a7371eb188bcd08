import { z } from 'zod';
import {
  AUDIT_ACTORS,
  AUDIT_EVENT_GROUPS,
  AUDIT_EVENT_TYPES,
  AUDIT_STATUSES,
  CHAIN_FAULTS,
  KNOWN_HEAD,
} from '../audit-events.ts';
import { nearest } from '../nearest.ts';
import { namesOf } from '../states.ts';
import { environment, exportFormat, integerIdParam, numberParam, textId, timestamp } from './fields.ts';

/** A misspelt word would find nothing and look like good news, so it is refused. */
function oneOf<const T extends readonly string[]>(words: T, noun: string) {
  return z
    .enum(words, {
      error: ({ input }) => {
        const near = typeof input === 'string' && input.length <= 60 ? nearest(input, words) : null;
        return `is no ${noun}${near ? `; did you mean ${near}?` : ''}`;
      },
    })
    .optional();
}

const filters = {
  event_group: oneOf(AUDIT_EVENT_GROUPS, 'group of events'),
  event_type: oneOf(AUDIT_EVENT_TYPES, 'type of event'),
  status: oneOf(AUDIT_STATUSES, 'status'),
  user_id: integerIdParam.optional().describe('The person who did it, or whose API key did.'),
  vm_id: textId.optional(),
  session_id: textId.optional(),
};

export const auditFilters = z.object(filters);

export const auditQuery = z.object({
  ...filters,
  cursor: integerIdParam.optional().describe('`next_cursor` of the page before.'),
  limit: numberParam(200, 50, 4),
});

export const auditExportQuery = z.object({
  ...filters,
  format: exportFormat,
});

const hash = z.string().describe('SHA-256 as 64 hexadecimal digits.');

export const auditEvent = z
  .object({
    id: z.int().describe('Grows with time; it has gaps, because other accounts have events too.'),
    created_at: timestamp,
    account_id: z.int(),
    environment: environment.nullable(),
    event_group: z.string().nullable(),
    event_type: z.string(),
    status: z.enum(AUDIT_STATUSES),
    actor_type: z.enum(AUDIT_ACTORS),
    actor_id: z.string(),
    user_id: z.int().nullable(),
    resource_type: z.string(),
    resource_id: z.string(),
    vm_id: z.string().nullable(),
    session_id: z.string().nullable(),
    address: z.string().nullable(),
    request_id: z.string().nullable(),
    error_message: z.string().nullable(),
    event_payload: z.record(z.string(), z.unknown()),
    prev_hash: hash.describe("Hash of the server's event before."),
    account_prev_hash: hash.describe("Hash of the account's event before."),
    hash,
  })
  .meta({ id: 'AuditEvent' });

export const auditPage = z
  .object({
    items: z.array(auditEvent).describe('Newest first.'),
    next_cursor: z.string().nullable().describe('For the next page; null on the last.'),
  })
  .meta({ id: 'AuditPage' });

export const auditCatalog = z
  .object({
    catalog: z.record(z.string(), z.array(z.string())).describe('Group -> types of events.'),
    descriptions: z.record(z.string(), z.string()).describe('Type -> what it means.'),
  })
  .meta({ id: 'AuditCatalog' });

export const auditVerifyQuery = z.object({
  known_head: z
    .string()
    .regex(KNOWN_HEAD, 'is not the head of an earlier answer, such as 17:9f86d0...')
    .optional()
    .describe('`head` of an earlier answer: must still be part of the chain.'),
});

export const auditVerification = z
  .object({
    ok: z.boolean(),
    rows: z.int().describe('Events that were checked: those of the account.'),
    head: z
      .string()
      .nullable()
      .describe('Number and hash of the newest event. Note it: a later check can ask for it.'),
    first_bad: z
      .object({
        id: z.int(),
        fault: z.enum(namesOf(CHAIN_FAULTS)),
        detail: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'AuditVerification' });
