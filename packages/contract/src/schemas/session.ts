import { z } from 'zod';
import { TIMEOUTS } from '../machine-times.ts';
import { namesOf, VM_STATES } from '../states.ts';
import {
  env,
  environment,
  idleTimeoutSeconds,
  lifetimeSeconds,
  memoryMb,
  metadata,
  numberParam,
  timestamp,
  vcpuCount,
} from './fields.ts';
import { sandboxTokenOfNew } from './short-lived.ts';

/** The credential is a field here and nowhere else. Unknown fields are ignored. */
export const sessionCreate = z
  .object({
    api_key: z.string().optional().describe('The API key, unless a header carries it.'),
    vm_lifetime_seconds: lifetimeSeconds.nullish(),
    idle_timeout_seconds: idleTimeoutSeconds.nullish(),
    sandbox_token: sandboxTokenOfNew,
    memory_mb: memoryMb.nullish(),
    vcpu_count: vcpuCount.nullish(),
    metadata: metadata.nullish(),
    env: env.nullish(),
  })
  .meta({ id: 'SessionCreate' });

const vmStatus = z.enum(namesOf(VM_STATES)).nullable().describe('null while no machine is assigned.');

export const session = z
  .object({
    session_id: z.uuid(),
    vm_id: z.string().nullable(),
    vm_status: vmStatus,
    created_at: timestamp,
    expires_at: timestamp,
    ended_at: timestamp.nullable(),
    end_reason: z.string().nullable(),
    vm_lifetime_seconds: z.int(),
    absolute_expires_at: timestamp.describe('No renewal goes beyond it.'),
    idle_timeout_seconds: z.int().nullable().describe('It ends when unused for so long; null is never.'),
    idle_expires_at: timestamp.nullable().describe('When it ends unless it is used; null is never.'),
    last_used_at: timestamp.describe('What the idle time counts from; now while it is in use.'),
    memory_mb: z.int(),
    vcpu_count: z.int(),
    environment: environment.nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Session' });

/** Answers 200 for a session that ended or never was, with `exists: false`: agents ask so before each use. */
export const sessionStatus = z
  .object({
    session_id: z.string(),
    exists: z.boolean().describe('It is known and has not ended.'),
    vm_assigned: z.boolean(),
    vm_alive: z.boolean(),
    vm_id: z.string().nullable(),
    vm_status: vmStatus,
    expires_at: timestamp.nullable(),
    absolute_expires_at: timestamp.nullable(),
    idle_timeout_seconds: z.int().nullable(),
    idle_expires_at: timestamp.nullable(),
    last_used_at: timestamp.nullable(),
    ended_at: timestamp.nullable(),
    end_reason: z.string().nullable(),
    timeout: z.enum(TIMEOUTS).nullable().describe('Which one ended it; null when something else did.'),
  })
  .meta({ id: 'SessionStatus' });

export const sessionRenew = z
  .strictObject({
    vm_lifetime_seconds: lifetimeSeconds
      .nullish()
      .describe("From now on, and for later renewals; the session's own unless given."),
    idle_timeout_seconds: idleTimeoutSeconds.nullish(),
  })
  .meta({ id: 'SessionRenew' });

export const sandboxesQuery = z.object({
  metadata: z
    .string()
    .max(20_000)
    .optional()
    .describe('A JSON object; a session has to have all its entries.'),
  limit: numberParam(1000, 100),
});

export const sessionKill = z.object({ session_id: z.string().min(1).max(200) }).meta({ id: 'SessionKill' });

/** The same answer however often it is asked. */
export const killedSession = z
  .object({ session_id: z.string(), vm_id: z.string().nullable(), status: z.literal('terminated') })
  .meta({ id: 'KilledSession' });
