import { z } from 'zod';
import { namesOf, VM_STATES } from '../states.ts';
import {
  DEFAULT_LIFETIME_SECONDS,
  env,
  environment,
  lifetimeSeconds,
  memoryMb,
  metadata,
  timestamp,
  vcpuCount,
  withDefault,
} from './fields.ts';

/** The credential is a field here and nowhere else. Unknown fields are ignored. */
export const sessionCreate = z
  .object({
    api_key: z.string().optional().describe('The API key, unless a header carries it.'),
    vm_lifetime_seconds: withDefault(lifetimeSeconds, DEFAULT_LIFETIME_SECONDS),
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
    ended_at: timestamp.nullable(),
    end_reason: z.string().nullable(),
  })
  .meta({ id: 'SessionStatus' });

export const sessionKill = z.object({ session_id: z.string().min(1).max(200) }).meta({ id: 'SessionKill' });

/** The same answer however often it is asked. */
export const killedSession = z
  .object({ session_id: z.string(), vm_id: z.string().nullable(), status: z.literal('terminated') })
  .meta({ id: 'KilledSession' });
