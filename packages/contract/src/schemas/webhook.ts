import { z } from 'zod';
import { AUDIT_EVENT_GROUPS, AUDIT_EVENT_TYPES } from '../audit-events.ts';
import { nearest } from '../nearest.ts';
import { line } from './api-key.ts';
import { environment, numberParam, textId, timestamp } from './fields.ts';

/** Events that are delivered and are no part of the audit trail. */
export const WEBHOOK_ONLY_EVENTS = ['webhook.test', 'webhook.verification'] as const;

const PATTERNS: readonly string[] = [
  '*',
  ...AUDIT_EVENT_GROUPS.map((group) => `${group}.*`),
  ...AUDIT_EVENT_TYPES,
  ...WEBHOOK_ONLY_EVENTS,
  'webhook.*',
];

/** `snapshot.*` and others of the published client may be asked for before there are such events. */
const PATTERN = /^(\*|[a-z0-9_]+\.(\*|[a-z0-9_.]+))$/;

const pattern = z.string().superRefine((text, context) => {
  if (PATTERN.test(text) && text.length <= 100) return;
  const near = text.length <= 100 ? nearest(text, PATTERNS) : null;
  const message = `is no pattern of events${near ? `; did you mean ${near}?` : ': give one like vm.terminated, vm.* or *'}`;
  context.addIssue({ code: 'custom', message });
});

export const WEBHOOK_URL_LENGTH_MAX = 2000;

const url = z.string().superRefine((text, context) => {
  const problem = webhookUrlProblem(text);
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

/** What is wrong with the form of an address; whether it may be reached is the server's to say. */
export function webhookUrlProblem(text: string): string | null {
  if (text.length > WEBHOOK_URL_LENGTH_MAX) return `is longer than ${WEBHOOK_URL_LENGTH_MAX} characters`;
  if (!URL.canParse(text)) return 'is not an address like https://example.org/hooks';
  const parsed = new URL(text);
  if (!/^https?:$/.test(parsed.protocol)) return 'is neither https nor http';
  if (parsed.username !== '' || parsed.password !== '')
    return 'holds a user name or password; check the signature of deliveries instead';
  if (parsed.hash !== '') return 'holds a fragment (#...), which is never sent';
  return null;
}

const settable = {
  description: line.nullish(),
  event_patterns: z
    .array(pattern)
    .min(1)
    .max(64)
    .nullish()
    .describe('`vm.terminated`, `vm.*` or `*`; all events unless given.'),
  timeout_seconds: z.int().min(1).max(30).nullish().meta({ default: 10 }),
  max_retries: z.int().min(0).max(20).nullish().meta({ default: 12 }),
  enabled: z.boolean().nullish(),
};

// Unknown fields are ignored: the published client passes any on.
export const webhookEndpointCreate = z.object({ url, ...settable }).meta({ id: 'WebhookEndpointCreate' });
export const webhookEndpointUpdate = z
  .object({ url: url.optional(), ...settable })
  .meta({ id: 'WebhookEndpointUpdate' });

export const webhookEndpointParams = z.object({ endpoint_id: textId });
export const webhookDeliveryParams = z.object({ delivery_id: textId });

export const webhookEndpoint = z
  .object({
    id: z.string(),
    url: z.string(),
    status: z.enum(['enabled', 'disabled', 'deleted']),
    enabled: z.boolean(),
    description: z.string().nullable(),
    environment: environment.nullable().describe('Only events of this environment; null is all of them.'),
    event_patterns: z.array(z.string()),
    timeout_seconds: z.int(),
    max_retries: z.int(),
    secret_hint: z.string().describe('The beginning of the secret.'),
    created_at: timestamp,
    updated_at: timestamp,
    last_verified_at: timestamp.nullable(),
    last_delivery_at: timestamp.nullable().describe('When the last one was delivered.'),
    last_failure: z.string().nullable().describe('Why the last attempt failed; null once one has succeeded.'),
    disabled_reason: z.string().nullable(),
  })
  .meta({ id: 'WebhookEndpoint' });

export const createdWebhookEndpoint = webhookEndpoint
  .extend({ secret: z.string().describe('`whsec_` and 38 characters: in this answer and never again.') })
  .meta({ id: 'CreatedWebhookEndpoint' });

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'failed', 'dead'] as const;

const attempt = z.object({
  at: timestamp,
  status_code: z.int().nullable(),
  duration_ms: z.int(),
  error: z.string().nullable(),
});

export const webhookDelivery = z
  .object({
    id: z.string(),
    endpoint_id: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    vm_id: z.string().nullable(),
    status: z
      .enum(DELIVERY_STATUSES)
      .describe(
        '`pending` was not tried yet, or waits for an earlier event of its machine; `failed` is tried again at `next_attempt_at`; `dead` is not, but can be replayed.',
      ),
    attempt_count: z.int(),
    next_attempt_at: timestamp.nullable(),
    created_at: timestamp,
    delivered_at: timestamp.nullable(),
    last_status_code: z.int().nullable(),
    last_error: z.string().nullable(),
    replay_of: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export const webhookDeliveryDetail = webhookDelivery
  .extend({ payload: z.record(z.string(), z.unknown()), attempts: z.array(attempt) })
  .meta({ id: 'WebhookDeliveryDetail' });

export const webhookDeliveryQuery = z.object({
  endpoint_id: textId.optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  event_type: z.string().max(100).optional(),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before.'),
  limit: numberParam(200, 50),
});

export const webhookDeliveryPage = z
  .object({ items: z.array(webhookDelivery).describe('Newest first.'), next_cursor: z.string().nullable() })
  .meta({ id: 'WebhookDeliveryPage' });
