import { z } from 'zod';
import { createdApiKey, keyNotice, keyStatus, rotationPolicy } from './api-key.ts';
import { environment, timestamp, timestampInput } from './fields.ts';
import { quotaStandings } from './quotas.ts';

export const keyRotation = z
  .strictObject({
    policy: rotationPolicy
      .nullish()
      .describe(
        '`on_first_use`: the old key ends when the new one first works, or at `at` (7 days unless given). `at`: at that time. `now`: at once.',
      )
      .meta({ default: 'on_first_use' }),
    at: timestampInput.nullish().describe("Cut to the old key's own expiry."),
  })
  .superRefine(({ policy, at }, context) => {
    const problem =
      policy === 'at' && !at
        ? 'is needed with the policy `at`'
        : policy === 'now' && at
          ? 'has no meaning with the policy `now`'
          : null;
    if (problem) context.addIssue({ code: 'custom', path: ['at'], message: problem });
  })
  .meta({ id: 'KeyRotation' });

export const rotatedApiKey = createdApiKey
  .extend({
    previous: z
      .object({ id: z.int(), status: keyStatus, ends_at: timestamp })
      .describe('The old key, and when it ends at the latest.'),
  })
  .meta({ id: 'RotatedApiKey' });

const address = z.union([z.ipv4(), z.ipv6()], 'is not an IP address');

export const explainRequest = z
  .strictObject({
    method: z.string().max(10).nullish(),
    path: z.string().max(2000).nullish(),
    action: z
      .string()
      .max(100)
      .nullish()
      .describe('A permission (`vms:write`) or the id of an operation (`vms.create`).'),
    resource: z
      .string()
      .max(200)
      .nullish()
      .describe('Id of a machine, session or key, to ask whether this key sees it.'),
    address: address.nullish().describe('Where the request would come from.'),
  })
  .refine(({ method, path, action }) => (action ? !method && !path : method && path), {
    message: 'give either `method` and `path`, or `action`',
    path: ['action'],
  })
  .meta({ id: 'ExplainRequest' });

export const explanation = z
  .object({
    allowed: z.boolean(),
    rule: z.string().describe('The rule that decided: `allowed`, or the code of the refusal.'),
    reason: z.string(),
  })
  .meta({ id: 'Explanation' });

/** A whole key in a body. Bounded, so that a large text is refused before it is looked at. */
const wholeKey = z.string().min(1).max(300);

export const leakReport = z.strictObject({ key: wholeKey }).meta({ id: 'LeakReport' });

export const leakReceipt = z
  .object({ status: z.literal('received') })
  .describe('The same whatever was sent.')
  .meta({ id: 'LeakReceipt' });

export const introspection = z
  .strictObject({ key: wholeKey, address: address.nullish() })
  .meta({ id: 'IntrospectionRequest' });

/** RFC 7662; of a key that may not be used, or is another account's, `active: false` alone. */
export const introspected = z
  .object({
    active: z.boolean(),
    scope: z.string().optional(),
    client_id: z.string().optional(),
    token_type: z.enum(['api_key', 'sandbox_token']).optional(),
    exp: z.int().optional(),
    iat: z.int().optional(),
    nbf: z.int().optional(),
    sub: z.string().optional(),
    jti: z.string().optional(),
    label: z.string().nullable().optional(),
    environment: environment.nullable().optional(),
    vm_id: z.string().optional().describe('The one machine of a sandbox token.'),
    permissions: z.array(z.string()).optional(),
  })
  .meta({ id: 'Introspection' });

const limitInForce = z
  .object({
    policy: z.string().describe('Its name in `RateLimit` and `RateLimit-Policy`.'),
    rate_limit: z.string().nullable().describe('Of a limit of rate.'),
    concurrent_requests: z.int().nullable().describe('Of a limit of requests at the same time.'),
    source: z.enum(['key', 'environment', 'account', 'server', 'operator']).describe('Who set it.'),
    remaining: z.int().describe('Requests that may come at once now.'),
    next_in_seconds: z
      .int()
      .nullable()
      .describe('Until one more may come; null when it is not time that gives it.'),
  })
  .meta({ id: 'LimitInForce' });

export const whoami = z
  .object({
    credential: z.object({
      kind: z.enum(['api_key', 'sandbox_token', 'person']),
      id: z.int(),
      key_prefix: z.string().nullable(),
      label: z.string().nullable(),
      environment: environment.nullable(),
      vm_id: z.string().nullable().describe('The one machine of a sandbox token.'),
      scopes: z.array(z.string()),
      permissions: z.array(z.string()),
      created_at: timestamp.nullable().describe('Of a key; its age is what asks for a rotation.'),
      expires_at: timestamp.nullable(),
      source: z.enum(['x-api-key', 'bearer', 'body', 'cookie']),
    }),
    account: z.object({ id: z.int(), name: z.string(), role: z.string() }),
    limits: z.object({
      rate_limit: z.string().nullable().describe('In force for this key, whoever set it; null is none.'),
      source: z.enum(['key', 'account', 'server']).nullable().describe('Who set it.'),
      remaining: z.int().nullable().describe('Requests of this key that may come at once now.'),
      in_force: z.array(limitInForce).describe('Every limit that this credential is under.'),
      keys: z.object({ used: z.int(), max: z.int() }),
      quotas: quotaStandings.describe('Of each quota the bound that leaves this credential least.'),
    }),
    server: z.object({ version: z.string(), time: timestamp }),
    notices: z.array(keyNotice),
  })
  .meta({ id: 'Whoami' });
