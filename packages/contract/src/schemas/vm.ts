import { z } from 'zod';
import { ISOLATIONS, namesOf, VM_STATES } from '../states.ts';
import {
  env,
  environment,
  idleTimeoutSeconds,
  lifetimeSeconds,
  memoryMb,
  metadata,
  textId,
  timestamp,
  vcpuCount,
} from './fields.ts';
import { sandboxTokenOfNew } from './short-lived.ts';

const volume = z.object({
  volume_id: textId.nullish(),
  name: z.string().nullish(),
  mount_path: z.string(),
  mode: z.enum(['rw', 'ro']).nullish(),
  size_gb: z.number().positive().nullish(),
  create_if_missing: z.boolean().nullish(),
  checkpoint_id: textId.nullish(),
});

const egressPolicy = z.object({
  allow_public_repos: z.boolean().nullish(),
  allow_package_managers: z.boolean().nullish(),
  allow_http: z.boolean().nullish(),
  allow_https: z.boolean().nullish(),
  allowed_domains: z.array(z.string()).nullish(),
  allowed_cidrs: z.array(z.string()).nullish(),
});

/** Null stands for absent in every field. Unknown fields are ignored: the published client passes any on. */
export const vmCreate = z
  .object({
    memory_mb: memoryMb.nullish(),
    vcpu_count: vcpuCount.nullish(),
    vm_lifetime_seconds: lifetimeSeconds.nullish(),
    idle_timeout_seconds: idleTimeoutSeconds.nullish(),
    sandbox_token: sandboxTokenOfNew,
    session_id: textId.nullish().describe('Attach to this session instead of starting one.'),
    metadata: metadata.nullish(),
    env: env.nullish(),
    image_variant: z.enum(['standard', 'computer-use', 'nix-dev']).nullish(),
    snapshot_id: textId.nullish(),
    volumes: z.array(volume).max(32).nullish(),
    egress_policy: egressPolicy.nullish(),
    vault_ids: z.array(textId).max(64).nullish(),
    auto_suspend: z.boolean().nullish(),
    auto_resume: z.boolean().nullish(),
    snapshot_on_terminate: z.boolean().nullish(),
    snapshot_name: z.string().nullish(),
  })
  .meta({ id: 'VmCreate' });

export const vm = z
  .object({
    vm_id: z.string().describe('`vm_` and base62; never a UUID.'),
    session_id: z.string(),
    status: z.enum(namesOf(VM_STATES)),
    created_at: timestamp,
    expires_at: timestamp,
    absolute_expires_at: timestamp,
    idle_timeout_seconds: z.int().nullable(),
    idle_expires_at: timestamp.nullable(),
    last_used_at: timestamp,
    ended_at: timestamp.nullable(),
    end_reason: z.string().nullable(),
    memory_mb: z.int(),
    vcpu_count: z.int(),
    isolation: z.enum(namesOf(ISOLATIONS)).nullable().describe('null until the machine is placed.'),
    environment: environment.nullable(),
    metadata: z.record(z.string(), z.string()),
    api_key_id: z.int().nullable().describe('The key that made it; null when a person did.'),
    ssh_host: z.string().nullable(),
    snapshot_id: z.string().nullable(),
  })
  .meta({ id: 'Vm' });
