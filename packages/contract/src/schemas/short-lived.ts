import { z } from 'zod';
import { DEFAULT_SANDBOX_SCOPES, expandScopes, SANDBOX_PERMISSIONS } from '../permissions.ts';
import { line, scopesInput } from './api-key.ts';
import { environment, integerId, integerIdParam, machineSeconds, textId, timestamp } from './fields.ts';

/** An hour: the most that an exchanged key lives. */
export const EXCHANGED_SECONDS_MAX = 3600;

const issuer = z
  .string()
  .max(500)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is not an address');

const subjectPattern = z
  .string()
  .min(1)
  .max(500)
  .describe('The `sub` of tokens; `*` stands for any characters but a `:` or `/`, `**` for any at all.');

export const trustPolicyCreate = z
  .strictObject({
    name: line,
    issuer: issuer.describe('`iss` of the tokens, exactly.'),
    audience: z.string().min(1).max(500).describe('One of `aud` of the tokens, exactly.'),
    subject: subjectPattern,
    scopes: scopesInput.nullish().meta({ default: ['exec-only'] }),
    environment: environment.nullish(),
    max_seconds: z
      .int()
      .min(60)
      .max(EXCHANGED_SECONDS_MAX)
      .nullish()
      .meta({ default: EXCHANGED_SECONDS_MAX }),
    service_account_id: integerId
      .nullish()
      .describe('Owner of the keys, instead of the person who makes this.'),
    jwks_url: issuer.nullish().describe("Where the issuer's keys are, when it has no discovery document."),
  })
  .meta({ id: 'TrustPolicyCreate' });

export const trustPolicyParams = z.object({ policy_id: integerIdParam });

export const trustPolicy = z
  .object({
    id: z.int(),
    name: z.string(),
    issuer: z.string(),
    audience: z.string(),
    subject: z.string(),
    scopes: z.array(z.string()),
    environment: environment.nullable(),
    max_seconds: z.int(),
    service_account_id: z.int().nullable(),
    jwks_url: z.string().nullable(),
    created_at: timestamp,
    created_by: z.int(),
    last_used_at: timestamp.nullable(),
    exchanges: z.int().describe('Keys that were given for it.'),
  })
  .meta({ id: 'TrustPolicy' });

export const deletedTrustPolicy = z
  .object({ id: z.int(), status: z.literal('deleted'), keys: z.object({ revoked: z.int() }) })
  .meta({ id: 'DeletedTrustPolicy' });

/** A number in a form is text; in JSON it is either. */
const number = (name: string) =>
  z
    .union(
      [z.string().regex(/^[1-9]\d{0,14}$/), z.int().min(1).max(999_999_999_999_999)],
      `${name} is not a whole number from 1`,
    )
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, anyOf: undefined });

/** RFC 8693 section 2.1. What is missing or does not fit is 400, in the words of RFC 6749. */
export const tokenExchange = z
  .object({
    grant_type: z.string().max(200).optional(),
    subject_token: z.string().max(20_000).optional(),
    subject_token_type: z.string().max(200).optional(),
    requested_token_type: z.string().max(200).optional(),
    actor_token: z.string().max(20_000).optional(),
    actor_token_type: z.string().max(200).optional(),
    audience: z.string().max(500).optional().describe('Not used: a key is good at this server alone.'),
    resource: z.string().max(500).optional().describe('Not used.'),
    scope: z
      .string()
      .max(2000)
      .optional()
      .describe('Scopes with blanks between them; all of the policy unless given.'),
    policy_id: number('policy_id').optional().describe('Which trust policy, when a token fits several.'),
    lifetime_seconds: number('lifetime_seconds').optional().describe('At most that of the policy.'),
  })
  .meta({ id: 'TokenExchange' });

/** RFC 8693 section 2.2.1. */
export const exchangedToken = z
  .object({
    access_token: z.string().describe('An API key.'),
    issued_token_type: z.literal('urn:ietf:params:oauth:token-type:access_token'),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string(),
    api_key_id: z.int(),
  })
  .meta({ id: 'ExchangedToken' });

const OF_ONE_MACHINE: ReadonlySet<string> = new Set(SANDBOX_PERMISSIONS);

/** Beyond one machine there is nothing for such a token, so asking for it is a mistake and not cut off. */
const sandboxScopes = scopesInput.superRefine((scopes, context) => {
  for (const [at, scope] of scopes.entries()) {
    const beyond = [...expandScopes([scope])].find((permission) => !OF_ONE_MACHINE.has(permission));
    if (beyond === undefined) continue;
    const message = `\`${scope}\` is more than one machine: give some of ${SANDBOX_PERMISSIONS.join(', ')}`;
    context.addIssue({ code: 'custom', path: [at], message });
  }
});

export const sandboxTokenCreate = z
  .strictObject({
    label: line.nullish(),
    scopes: sandboxScopes
      .nullish()
      .describe(`Some of ${SANDBOX_PERMISSIONS.map((name) => `\`${name}\``).join(', ')}.`)
      .meta({ default: DEFAULT_SANDBOX_SCOPES }),
    lifetime_seconds: machineSeconds.nullish().describe("The machine's own end unless given."),
  })
  .meta({ id: 'SandboxTokenCreate' });

/** Of the token that a new machine finds in its environment. */
export const sandboxTokenOfNew = z
  .union([sandboxTokenCreate, z.literal(false)])
  .nullish()
  .describe('Of the token that the machine finds in INSTAVM_SANDBOX_TOKEN; `false` for none.');

export const sandboxTokenParams = z.object({ vm_id: textId });
export const oneSandboxTokenParams = z.object({ vm_id: textId, token_id: integerIdParam });

export const sandboxToken = z
  .object({
    id: z.int(),
    token_prefix: z.string().describe('`instavm_st_` and the 12 public characters.'),
    vm_id: z.string(),
    label: z.string().nullable(),
    scopes: z.array(z.string()),
    status: z.enum(['active', 'expired', 'revoked']),
    created_at: timestamp,
    expires_at: timestamp.nullable(),
    ended_at: timestamp.nullable(),
    last_used_at: timestamp.nullable(),
  })
  .meta({ id: 'SandboxToken' });

export const createdSandboxToken = sandboxToken
  .extend({ token: z.string().describe('The whole token: in this answer and never again.') })
  .meta({ id: 'CreatedSandboxToken' });

export const revokedSandboxToken = z
  .object({ id: z.int(), status: z.literal('revoked') })
  .meta({ id: 'RevokedSandboxToken' });
