import { z } from 'zod';
import { formatNetwork, networkOf, parseNetwork } from '../cidr.ts';
import { holdsControlCharacter, LABEL_LENGTH, labelProblem } from '../label.ts';
import { nearest } from '../nearest.ts';
import { isScope, SCOPE_NAMES } from '../permissions.ts';
import { KEY_END_REASONS, KEY_NOTICES, KEY_STATUSES, namesOf } from '../states.ts';
import { environment, integerId, timestamp, timestampInput } from './fields.ts';
import { concurrentRequests, quotaFields, rateLimit } from './limits.ts';

/** One line for people: trimmed, NFC, up to 120 visible characters, no controls. */
export const line = z
  .string()
  .trim()
  .normalize('NFC')
  .superRefine((text, context) => {
    const problem = labelProblem(text);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .describe(`One line of up to ${LABEL_LENGTH} visible characters.`);

const description = z
  .string()
  .max(1000)
  .normalize('NFC')
  .refine((text) => !holdsControlCharacter(text), 'holds a control character');

const scope = z.string().superRefine((text, context) => {
  if (isScope(text)) return;
  const shown = text.length <= 60 ? `\`${text}\`` : 'this';
  const meant = text.length <= 60 ? nearest(text, SCOPE_NAMES) : null;
  const hint = meant
    ? `did you mean \`${meant}\`?`
    : 'give a permission such as vms:read, a resource such as vms:*, or a preset';
  context.addIssue({ code: 'custom', message: `${shown} is no scope: ${hint}` });
});

export const scopesInput = z
  .array(scope)
  .min(1)
  .max(64)
  .transform((given) => [...new Set(given)])
  .describe('Permissions (`vms:read`), whole resources (`vms:*`) and presets (`read-only`) alike.');

/** An address alone is a network of one. */
export const cidr = z.string().transform((text, context) => {
  const network = parseNetwork(text);
  if (!network) {
    context.addIssue({ code: 'custom', message: 'is not a network like 192.0.2.0/24 or 2001:db8::/32' });
    return z.NEVER;
  }
  const meant = networkOf(network);
  if (meant.bits !== network.bits) {
    const message = `has bits behind its prefix: the network is ${formatNetwork(meant)}, this address alone is ${formatNetwork({ ...network, prefix: network.family === 4 ? 32 : 128 })}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  return formatNetwork(network);
});

const nullishQuotas = {
  quota_machines: quotaFields.quota_machines.optional(),
  quota_vm_seconds: quotaFields.quota_vm_seconds.optional(),
  quota_executions: quotaFields.quota_executions.optional(),
};

/** Absent or null: not given on create. On update absent leaves a field as it is and null clears it. */
const settableFields = {
  label: line.nullish(),
  description: description.nullish(),
  environment: environment.nullish(),
  scopes: scopesInput.nullish(),
  owner: line.nullish(),
  expires_at: timestampInput.nullish(),
  not_before: timestampInput.nullish(),
  idle_expiry_days: z.int().min(1).max(3650).nullish(),
  allowed_cidrs: z.array(cidr).min(1).max(64).nullish(),
  rate_limit: rateLimit.nullish(),
  concurrent_requests: concurrentRequests.nullish(),
  ...nullishQuotas,
  quarantine: z
    .boolean()
    .nullish()
    .describe('Whether the key is disabled when its use looks like an attack; null follows the account.'),
};

// Strict: a field that only the server sets (`user_id`, `status`, ...) or a misspelt one is refused by name.
export const apiKeyCreate = z
  .strictObject({
    ...settableFields,
    service_account_id: integerId
      .nullish()
      .describe('The service account that owns the key, instead of the person who makes it.'),
  })
  .meta({ id: 'ApiKeyCreate' });
export const apiKeyUpdate = z.strictObject(settableFields).meta({ id: 'ApiKeyUpdate' });

export const rotationPolicy = z.enum(['on_first_use', 'at', 'now']);

export const keyNotice = z
  .object({
    code: z.enum(namesOf(KEY_NOTICES)),
    text: z.string(),
    command: z.string().nullable().describe('A line of the CLI that settles it.'),
  })
  .meta({ id: 'KeyNotice' });

export const keyStatus = z.enum(namesOf(KEY_STATUSES));

export const apiKeyStatusFilter = z.enum(['all', ...namesOf(KEY_STATUSES)]);

export const apiKey = z
  .object({
    id: z.int(),
    key_prefix: z.string().describe('`instavm_sk_` and the 12 public characters; may be shown and logged.'),
    user_id: z.int(),
    status: keyStatus,
    label: z.string().nullable(),
    description: z.string().nullable(),
    environment: environment.nullable(),
    scopes: z.array(z.string()),
    owner: z.string().nullable(),
    created_at: timestamp,
    created_from: z.object({ address: z.string().nullable(), client: z.string().nullable() }),
    expires_at: timestamp.nullable(),
    not_before: timestamp.nullable(),
    idle_expiry_days: z.int().nullable(),
    allowed_cidrs: z.array(z.string()).nullable(),
    rate_limit: z.string().nullable(),
    concurrent_requests: z.int().nullable(),
    ...quotaFields,
    quarantine: z.boolean().nullable(),
    last_used: z
      .object({
        at: timestamp,
        address: z.string().nullable(),
        client: z.string().nullable(),
        route: z.string().nullable(),
      })
      .nullable(),
    rotated_to: z.int().nullable(),
    rotated_from: z.int().nullable(),
    rotation: z
      .object({ policy: rotationPolicy, ends_at: timestamp })
      .nullable()
      .describe('Of a key whose successor exists while it still lives.'),
    service_account_id: z.int().nullable(),
    trust_policy_id: z.int().nullable().describe('Of a key that somebody got for a token of an issuer.'),
    ended_at: timestamp.nullable(),
    end_reason: z.enum(namesOf(KEY_END_REASONS)).nullable(),
    sent_in_clear_at: timestamp
      .nullable()
      .describe('When it was last seen on a connection without encryption.'),
    safe_to_delete: z.object({ verdict: z.boolean(), reason: z.string() }),
    notices: z.array(keyNotice).describe('What its owner should know, each with the one thing to do.'),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKey = apiKey
  .extend({ full_key: z.string().describe('The whole key: in this answer and never again.') })
  .meta({ id: 'CreatedApiKey' });

export const revokedApiKey = z
  .object({
    status: z.literal('revoked'),
    effective_at: timestamp,
    nodes_confirmed: z.string().describe('Server processes that refuse the key already, of all: `1/1`.'),
  })
  .meta({ id: 'RevokedApiKey' });
