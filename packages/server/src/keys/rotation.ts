import type { Transaction } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import { endKey, setAndRecord } from './key-changes.ts';
import { requireFreeLabel } from './key-conflicts.ts';
import { insertKey, type NewApiKey } from './new-key.ts';
import { type ApiKeyRow, keyById } from './store.ts';
import { DAY_MS } from './verdict.ts';

export interface RotationPolicy {
  policy: 'on_first_use' | 'at' | 'now';
  /** RFC 3339 UTC; the end of the old key at the latest. */
  at: string | null;
}

/** Time to put the new key in place when nobody said how much. */
const FIRST_USE_WITHIN_MS = 7 * DAY_MS;

/** When the old key ends: as asked, but never later than it would have ended by itself. */
export function rotationEnd({ policy, at }: RotationPolicy, expiresAt: string | null, nowMs: number): string {
  const asked =
    policy === 'now'
      ? new Date(nowMs).toISOString()
      : (at ?? new Date(nowMs + FIRST_USE_WITHIN_MS).toISOString());
  return expiresAt !== null && expiresAt < asked ? expiresAt : asked;
}

/**
 * Within a transaction: makes the successor with the same rights, limits and expiry, and sets the old key's end.
 * Of two rotations at once the second finds `rotated_to` set. Throws ApiError.
 */
export async function rotateKey(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  secret: Pick<
    NewApiKey,
    'public_id' | 'digest' | 'pepper_version' | 'created_from_address' | 'created_from_client'
  >,
  policy: RotationPolicy,
  at: string,
  /** Live keys that an account may have. */
  maxKeysOf: (accountId: number) => number,
): Promise<{ successor: ApiKeyRow; previous: ApiKeyRow }> {
  const old = await keyById(trx, id);
  requireLive(old, at);
  if (old.rotated_to !== null) {
    throw conflict(`API key ${id} is being rotated already: key ${old.rotated_to} takes its place.`);
  }
  if (old.rotated_from !== null && old.first_used_at === null) {
    const first = await keyById(trx, old.rotated_from);
    if (!hasEnded(first, at)) {
      throw conflict(
        `API key ${id} has not been used yet and its predecessor still lives. Use it, or undo that rotation.`,
      );
    }
  }
  const endsAt = rotationEnd(policy, old.expires_at, Date.parse(at));
  const { account_id, person_id, service_account_id, label, description, environment, scopes, owner } = old;
  const { not_before, expires_at, idle_expiry_days, allowed_cidrs, rate_limit } = old;
  const { concurrent_requests, quota_machines, quota_vm_seconds, quota_executions, quarantine } = old;
  const rights = {
    account_id,
    person_id,
    service_account_id,
    label,
    description,
    environment,
    scopes,
    owner,
  };
  const successor = await insertKey(
    trx,
    actor,
    {
      ...rights,
      ...{ not_before, expires_at, idle_expiry_days, allowed_cidrs, rate_limit },
      ...{ concurrent_requests, quota_machines, quota_vm_seconds, quota_executions, quarantine },
      ...secret,
      created_at: at,
      rotated_from: id,
    },
    // Each key of a full account can still be rotated, and a successor of a successor is no way round the bound.
    2 * maxKeysOf(account_id),
  );
  const rotation = { rotated_to: successor.id, rotation_policy: policy.policy, rotation_ends_at: endsAt };
  const marked = await setAndRecord(trx, actor, id, rotation, at, 'api_key.rotated', rotation);
  const previous = policy.policy === 'now' ? await endKey(trx, actor, id, 'rotated', at) : marked;
  return { successor, previous };
}

/** Puts the old key back while it lives and nobody has seen the successor working. Throws ApiError. */
export async function undoRotation(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  at: string,
): Promise<{ restored: ApiKeyRow; successor: ApiKeyRow }> {
  const old = await keyById(trx, id);
  if (old.rotated_to === null) throw conflict(`API key ${id} is not being rotated.`);
  if (hasEnded(old, at)) {
    throw conflict(`API key ${id} has ended, which is final. Use its successor, key ${old.rotated_to}.`);
  }
  const next = await keyById(trx, old.rotated_to);
  if (next.first_used_at !== null) {
    throw conflict(`Key ${next.id} has been used since ${next.first_used_at}. Keep it, or make a new key.`);
  }
  const successor = await endKey(trx, actor, next.id, 'rotation_undone', at);
  await requireFreeLabel(trx, { ...old, rotated_to: null }, at);
  const cleared = { rotated_to: null, rotation_policy: null, rotation_ends_at: null };
  const restored = await setAndRecord(trx, actor, id, cleared, at, 'api_key.rotation_undone', {
    successor: next.id,
  });
  return { restored, successor };
}

/** The successor works: notes it, and ends the old key where the policy says so. */
export async function noteFirstUse(
  trx: Transaction<Database>,
  actor: Actor,
  id: number,
  at: string,
): Promise<ApiKeyRow[]> {
  const successor = await keyById(trx, id);
  if (successor.first_used_at !== null || successor.rotated_from === null) return [successor];
  const used = await setAndRecord(trx, actor, id, { first_used_at: at }, at, 'api_key.first_used', {
    rotated_from: successor.rotated_from,
  });
  const old = await keyById(trx, successor.rotated_from);
  if (old.rotated_to !== id || old.rotation_policy !== 'on_first_use') return [used];
  return [used, await endKey(trx, actor, old.id, 'rotated', at)];
}

function requireLive(row: ApiKeyRow, at: string): void {
  if (!hasEnded(row, at)) return;
  throw new ApiError('key_not_editable', 'This key has ended, which is final. Create a new one.');
}

/** Also when the end has not been written yet. */
function hasEnded(row: ApiKeyRow, at: string): boolean {
  const isOver = (end: string | null) => end !== null && end <= at;
  return row.ended_at !== null || isOver(row.expires_at) || isOver(row.rotation_ends_at);
}

function conflict(detail: string): ApiError {
  return new ApiError('rotation_conflict', detail);
}
