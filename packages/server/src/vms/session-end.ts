import type { Timeout, TimeSource } from '@instavm/contract/machine-times';
import type { Machine, SessionRow, VmRow } from './store.ts';

/** Why and since when a session is over. */
export interface SessionEnd {
  /** RFC 3339. */
  at: string;
  /** In plain words, as `end_reason`. */
  reason: string;
  /** The timeout that ended it; null when something else did. */
  timeout: Timeout | null;
}

/** One of the times that a session is under. */
export interface TimeInForce {
  timeout: Timeout;
  seconds: number;
  from: TimeSource;
}

type EndColumns = Pick<SessionRow, 'ended_at' | 'end_reason' | 'ended_by'>;

/** The end as it is recorded; null for a session that nothing has ended yet. */
export function recordedEnd(session: EndColumns): SessionEnd | null {
  if (session.ended_at === null) return null;
  return { at: session.ended_at, reason: session.end_reason ?? 'it ended', timeout: session.ended_by };
}

/**
 * The end that is due, whether or not the sweep has come; null while the session may be used. When several have
 * passed, as after a time without a server, it is the first of them. `lastUsedMs` is now for one in use.
 */
export function dueEnd({ vm, session }: Machine, lastUsedMs: number, nowMs: number): SessionEnd | null {
  const idleMs = idleEndMs(vm, lastUsedMs) ?? Number.POSITIVE_INFINITY;
  const lifetimeMs = Date.parse(vm.expires_at);
  const atMs = Math.min(idleMs, lifetimeMs);
  if (atMs > nowMs) return null;
  const at = new Date(atMs).toISOString();
  if (idleMs < lifetimeMs)
    return { at, timeout: 'idle', reason: `idle for ${vm.idle_timeout_seconds} seconds` };
  return vm.expires_at === vm.absolute_expires_at
    ? {
        at,
        timeout: 'absolute',
        reason: `its longest life of ${lifetimeMaxSeconds(vm)} seconds was over`,
      }
    : { at, timeout: 'lifetime', reason: `its lifetime of ${session.lifetime_seconds} seconds was over` };
}

/** Null when it has no idle timeout. */
export function idleEndMs(vm: Pick<VmRow, 'idle_timeout_seconds'>, lastUsedMs: number): number | null {
  return vm.idle_timeout_seconds === null ? null : lastUsedMs + vm.idle_timeout_seconds * 1000;
}

/** All that it is under; without an idle timeout there is none in it. */
export function timesInForce({ vm, session }: Machine): TimeInForce[] {
  const times = [
    { timeout: 'idle', seconds: vm.idle_timeout_seconds, from: session.idle_timeout_from ?? 'session' },
    { timeout: 'lifetime', seconds: session.lifetime_seconds, from: session.lifetime_from ?? 'session' },
    { timeout: 'absolute', seconds: lifetimeMaxSeconds(vm), from: session.lifetime_max_from ?? 'server' },
  ] as const;
  return times.flatMap(({ seconds, ...time }) => (seconds === null ? [] : [{ ...time, seconds }]));
}

/** How long it may live in all. */
export function lifetimeMaxSeconds(
  vm: Pick<VmRow, 'created_at' | 'expires_at' | 'absolute_expires_at'>,
): number {
  return (Date.parse(absoluteEnd(vm)) - Date.parse(vm.created_at)) / 1000;
}

/** No renewal goes beyond it. */
export function absoluteEnd(vm: Pick<VmRow, 'expires_at' | 'absolute_expires_at'>): string {
  return vm.absolute_expires_at ?? vm.expires_at;
}
