import type { Membership } from './memberships.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Where a person has no account to say otherwise. */
export const DEFAULT_LIMITS = { session_idle_minutes: 7 * 24 * 60, session_max_hours: 30 * 24 };

/** A session is noted as used at most this often: one write a minute, however much it is used. */
export const NOTE_USE_EVERY_MS = MINUTE_MS;

/**
 * Long enough that a working day asks once, short enough that a cookie taken from a sleeping laptop makes no key.
 */
export const RECENT_SIGN_IN_MS = 12 * HOUR_MS;

/** What shows a secret or lets somebody in, or cannot be undone. */
export const NEEDS_RECENT_SIGN_IN: ReadonlySet<string> = new Set([
  'accounts.close',
  'apiKeys.create',
  'apiKeys.rotate',
  'invitations.create',
  'sandboxTokens.create',
  'trustPolicies.create',
]);

export interface SessionTimes {
  createdAtMs: number;
  lastUsedAtMs: number;
}

/** When a session ends unless it is used: the idle end or the absolute one, whichever comes first. */
export function sessionEndMs(
  { createdAtMs, lastUsedAtMs }: SessionTimes,
  limits: Pick<Membership, 'session_idle_minutes' | 'session_max_hours'> = DEFAULT_LIMITS,
): number {
  return Math.min(
    lastUsedAtMs + limits.session_idle_minutes * MINUTE_MS,
    createdAtMs + limits.session_max_hours * HOUR_MS,
  );
}
