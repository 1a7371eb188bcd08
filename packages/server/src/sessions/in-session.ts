import { GuestError, HostError } from '@instavm/machines';
import type { RequestContext } from '../http/context.ts';
import { ApiError, invalidField } from '../http/errors.ts';
import type { Machine } from '../vms/store.ts';
import { type FindSession, usableSession } from './session.ts';

/** Does something with the machine of a session of the caller's. The one way into a machine. */
export type InSession = <T>(
  context: RequestContext,
  sessionId: string | null | undefined,
  work: (machine: Machine) => Promise<T>,
) => Promise<T>;

/**
 * Throws 404 or 410 for a session that cannot be used. When the machine stops answering in mid-work, it says
 * whether the session has ended meanwhile (410) or the machine could not be reached (503).
 */
export function inSession(deps: { findSession: FindSession; now(): number }): InSession {
  return async ({ principal }, sessionId, work) => {
    if (!sessionId)
      throw invalidField('session_id', 'say which session: the session_id of a session or machine');
    const machine = usableSession(await deps.findSession(principal, sessionId), deps.now());
    try {
      return await work(machine);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      usableSession(await deps.findSession(principal, sessionId), deps.now());
      throw new ApiError('guest_unreachable', `The machine did not answer: ${error.message}`, {
        headers: { 'retry-after': '1' },
        isOutcomeUnknown: true,
      });
    }
  };
}

function isUnreachable(error: unknown): error is Error {
  return error instanceof HostError || (error instanceof GuestError && error.code === 'link_lost');
}
