import { z } from 'zod';
import { ROLE_NAMES } from '../roles.ts';
import { cidr, line } from './api-key.ts';
import { environment, integerIdParam, timestamp } from './fields.ts';
import { concurrentRequests, machineTimeFields, quotaFields, rateLimit } from './limits.ts';
import { quotaStandings } from './quotas.ts';

export const role = z
  .enum(ROLE_NAMES)
  .describe('What its holder may do at most; docs/accounts.md has the table.');

/** Owners are people: whoever can close the account must be somebody who can be asked. */
const serviceRole = z.enum(['admin', 'developer', 'viewer']);

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'is not an e-mail address');

const standing = z.enum(['active', 'suspended']);

export const member = z
  .object({
    person_id: z.int(),
    name: z.string(),
    email: z.string(),
    role,
    status: standing,
    suspended_at: timestamp.nullable(),
    joined_at: timestamp,
    live_keys: z.int().describe('Keys of theirs that have not ended.'),
  })
  .meta({ id: 'Member' });

export const memberParams = z.object({ person_id: integerIdParam });

export const memberUpdate = z.strictObject({ role }).meta({ id: 'MemberUpdate' });

/** What happens to the keys of a member who goes. */
export const keysOfLeaver = z
  .string()
  .regex(
    /^(revoke|(member|service_account):[1-9]\d{0,14})$/,
    'is not revoke, member:ID or service_account:ID',
  )
  .describe(
    'What happens to the keys of the member: `revoke` ends them, `member:ID` and `service_account:ID` hand them over. Needed when there are any.',
  );

const keyCounts = z.object({ revoked: z.int(), handed_over: z.int() });

export const removedMember = z
  .object({ person_id: z.int(), status: z.literal('removed'), keys: keyCounts })
  .meta({ id: 'RemovedMember' });

export const invitation = z
  .object({
    id: z.int(),
    email: z.string(),
    role,
    status: z.enum(['open', 'accepted', 'revoked', 'expired']),
    invited_by: z.int().describe('The person who invited, or who stands behind the credential that did.'),
    created_at: timestamp,
    expires_at: timestamp,
    accepted_at: timestamp.nullable(),
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: 'Invitation' });

export const invitationCreate = z.strictObject({ email, role }).meta({ id: 'InvitationCreate' });

export const createdInvitation = invitation
  .extend({ link: z.string().describe('To be passed on to the person: in this answer and never again.') })
  .meta({ id: 'CreatedInvitation' });

export const serviceAccount = z
  .object({
    id: z.int(),
    name: z.string(),
    role: serviceRole,
    status: standing,
    suspended_at: timestamp.nullable(),
    created_by: z.int(),
    created_at: timestamp,
    live_keys: z.int().describe('Keys of it that have not ended.'),
  })
  .meta({ id: 'ServiceAccount' });

export const serviceAccountCreate = z
  .strictObject({ name: line, role: serviceRole })
  .meta({ id: 'ServiceAccountCreate' });

export const serviceAccountUpdate = z
  .strictObject({ name: line.optional(), role: serviceRole.optional() })
  .meta({ id: 'ServiceAccountUpdate' });

export const deletedServiceAccount = z
  .object({ id: z.int(), status: z.literal('deleted'), keys: z.object({ revoked: z.int() }) })
  .meta({ id: 'DeletedServiceAccount' });

const settings = {
  name: line,
  key_age_days: z.int().min(1).max(3650).describe('A key older than this is marked.'),
  max_keys: z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .describe("Live keys of the account; null is the server's own bound, which it cannot exceed."),
  session_idle_minutes: z
    .int()
    .min(5)
    .max(525_600)
    .describe('A sign-in in this account ends when unused for so long.'),
  session_max_hours: z.int().min(1).max(8760).describe('A sign-in in this account ends after so long.'),
  rate_limit: rateLimit.nullable().describe('Of all requests of the account together; null is none.'),
  key_rate_limit: rateLimit
    .nullable()
    .describe("Of each key without a limit of its own; null is the server's default."),
  concurrent_requests: concurrentRequests.nullable(),
  ...quotaFields,
  ...machineTimeFields,
  quarantine: z
    .boolean()
    .describe('Whether a key is disabled when its use looks like an attack, unless it says otherwise.'),
  places: z
    .array(z.strictObject({ name: line, cidrs: z.array(cidr).min(1).max(64) }))
    .max(64)
    .describe('Networks that belong together, such as an office: what tells one place from another.'),
};

export const accountRecord = z
  .object({
    id: z.int(),
    created_at: timestamp,
    role: role.describe('Of the caller.'),
    ...settings,
    quotas: quotaStandings.describe('As they are in force: bounded by the operator, with what is used.'),
  })
  .meta({ id: 'Account' });

export const accountUpdate = z.strictObject(settings).partial().meta({ id: 'AccountUpdate' });

/** What differs from the account in one environment; null follows the account. */
const environmentSettings = {
  rate_limit: rateLimit.nullable().describe('Of all requests of its keys together; null is none.'),
  concurrent_requests: concurrentRequests.nullable(),
  ...machineTimeFields,
  networks: z
    .array(cidr)
    .max(64)
    .describe('Where its keys are used from. A key of another environment seen there is an anomaly.'),
};

export const environmentRecord = z
  .object({ environment, ...environmentSettings })
  .meta({ id: 'EnvironmentSettings' });

export const environmentUpdate = z
  .strictObject(environmentSettings)
  .partial()
  .meta({ id: 'EnvironmentSettingsUpdate' });

export const signInSession = z
  .object({
    id: z.int(),
    created_at: timestamp,
    last_seen_at: timestamp,
    expires_at: timestamp,
    address: z.string().nullable(),
    client: z.string().nullable(),
  })
  .meta({ id: 'SignInSession' });

export const endedSessions = z.object({ ended: z.int() }).meta({ id: 'EndedSessions' });

export const accountClose = z
  .strictObject({ name: z.string().describe("The account's name, as a proof that this one is meant.") })
  .meta({ id: 'AccountClose' });

export const closedAccount = z
  .object({ status: z.literal('closed'), closed_at: timestamp, keys: z.object({ revoked: z.int() }) })
  .meta({ id: 'ClosedAccount' });
