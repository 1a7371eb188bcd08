import { SESSION_EXPIRED_DETAIL } from '@instavm/contract';
import { ApiError, notFound } from '../http/errors.ts';
import type { Machine, SessionRow } from '../vms/store.ts';

/** 410 for a session of the caller's own that has ended; it says when and why. */
export function sessionExpired(session: SessionRow): ApiError {
  return new ApiError('session_expired', SESSION_EXPIRED_DETAIL, {
    extra: {
      session_id: session.id,
      ended_at: session.ended_at,
      reason: session.end_reason,
      lifetime_seconds: session.lifetime_seconds,
      hint: 'Start a new session; set vm_lifetime_seconds (20 to 86400) for a longer one.',
    },
  });
}

/** Narrows to a session that can be used. Throws 404 for none or another's, 410 for one that has ended. */
export function usableSession(machine: Machine | undefined, nowMs: number): Machine {
  if (!machine) throw notFound('sessions');
  const { session } = machine;
  if (session.ended_at !== null) throw sessionExpired(session);
  if (Date.parse(session.expires_at) <= nowMs) {
    throw sessionExpired({ ...session, ended_at: session.expires_at, end_reason: 'its lifetime was over' });
  }
  return machine;
}

export type FindSession = (
  scope: { accountId: number; environment: string | null },
  sessionId: string,
) => Promise<Machine | undefined>;

/** The record as the API shows it. */
export function sessionRecord({ vm, session }: Machine) {
  return {
    session_id: session.id,
    vm_id: vm.id,
    vm_status: vm.observed,
    created_at: session.created_at,
    expires_at: session.expires_at,
    ended_at: session.ended_at,
    end_reason: session.end_reason,
    vm_lifetime_seconds: session.lifetime_seconds,
    absolute_expires_at: vm.absolute_expires_at ?? vm.expires_at,
    idle_timeout_seconds: vm.idle_timeout_seconds,
    last_used_at: vm.last_used_at ?? vm.created_at,
    memory_mb: vm.memory_mb,
    vcpu_count: vm.vcpu_count,
    environment: session.environment as 'production' | 'development' | 'testing' | null,
    metadata: JSON.parse(session.metadata) as Record<string, string>,
  };
}
