import type { sessions, vms } from '@instavm/contract';
import { HostError, type VmHost } from '@instavm/machines';
import type { z } from 'zod';
import type { Owners } from '../auth/owners.ts';
import type { RequestContext } from '../http/context.ts';
import { ApiError } from '../http/errors.ts';
import type { tokenOfNew as TokenOfNew } from '../short-lived/sandbox-token.ts';
import { chooseTimes } from './choose-times.ts';
import { type MachineRequest, NoRoomError } from './machines.ts';

type VmFields = z.output<typeof vms.create.request.body>;
type SessionFields = z.output<typeof sessions.create.request.body>;

const DEFAULT_MEMORY_MB = 256;

export interface MachineRequestDeps {
  owners: Owners;
  /** The token that it is to find. Throws ApiError when its maker may not give it so much. */
  tokenOfNew: typeof TokenOfNew;
}

/** Fields that both ways to make a machine share. Throws ValidationError for a lifetime beyond the bound. */
export function machineRequest(
  context: RequestContext,
  fields: VmFields | SessionFields,
  { owners, tokenOfNew }: MachineRequestDeps,
): MachineRequest {
  const { principal } = context;
  const { accountId, environment } = principal;
  return {
    accountId,
    environment,
    times: chooseTimes(fields, owners.account(accountId).settings, environment),
    personId: principal.personId,
    keyId: principal.keyId,
    memoryMb: fields.memory_mb ?? DEFAULT_MEMORY_MB,
    vcpuCount: fields.vcpu_count ?? 1,
    metadata: fields.metadata ?? {},
    env: fields.env ?? {},
    token: tokenOfNew(context, fields),
  };
}

/** Says honestly what a machine cannot have yet, instead of making one without it. */
export function refuseUnbuilt(fields: VmFields): void {
  const asked = [
    fields.snapshot_id && 'snapshot_id',
    fields.session_id && 'session_id',
    fields.volumes?.length && 'volumes',
    fields.image_variant && fields.image_variant !== 'standard' && 'image_variant',
    fields.vault_ids?.length && 'vault_ids',
    fields.egress_policy && 'egress_policy',
    fields.auto_suspend && 'auto_suspend',
    fields.snapshot_on_terminate && 'snapshot_on_terminate',
  ].filter(Boolean);
  if (asked.length === 0) return;
  throw new ApiError('not_built', `Not built yet in this version: ${asked.join(', ')}. Leave it out.`);
}

/** 503 with the progress in words while the engine is not ready. */
export async function requireEngine(host: VmHost): Promise<void> {
  const { engine } = await host.hello();
  if (engine.state === 'ready') return;
  const { progress } = engine;
  const detail =
    engine.state === 'preparing'
      ? `The machine engine is being prepared${progress ? ` (step ${progress.step} of ${progress.steps}: ${progress.title})` : ''}. Try again in a few seconds.`
      : `The machine engine is unavailable: ${engine.detail ?? 'no reason given'}`;
  throw new ApiError('engine_not_ready', detail, {
    headers: { 'retry-after': engine.state === 'preparing' ? '5' : '60' },
  });
}

/** What a failed create looks like to the caller. */
export function createFailure(error: unknown): unknown {
  const full = error instanceof NoRoomError || (error instanceof HostError && error.code === 'disk_full');
  if (full) {
    return new ApiError('capacity_full', `The machine could not be made: ${error.message}`, {
      headers: { 'retry-after': '10' },
    });
  }
  if (!(error instanceof HostError)) return error;
  if (error.code === 'engine_not_ready')
    return new ApiError('engine_not_ready', error.message, { headers: { 'retry-after': '5' } });
  return new ApiError('guest_unreachable', `The machine could not be made: ${error.message}`, {
    headers: { 'retry-after': '5' },
  });
}
