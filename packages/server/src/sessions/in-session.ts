import { GuestError, HostError } from '@instavm/machines';
import type { RequestContext } from '../http/context.ts';
import { ApiError, invalidField } from '../http/errors.ts';
import type { MachineUses } from '../vms/machine-uses.ts';
import type { SessionClock } from '../vms/session-clock.ts';
import type { Machine } from '../vms/store.ts';
import { type FindSession, usableSession } from './session.ts';

/** Does something with the machine of a session of the caller's. The one way into a machine. */
export type InSession = <T>(
  context: RequestContext,
  sessionId: string | null | undefined,
  work: (machine: Machine) => Promise<T>,
) => Promise<T>;

export interface InSessionDeps {
  findSession: FindSession;
  sessionClock: SessionClock;
  uses: MachineUses;
}

/**
 * Throws 404 or 410 for a session that cannot be used; while the work lasts, its machine is in use. When the machine
 * stops answering in mid-work, it says whether the session has ended meanwhile (410) or the machine could not be
 * reached (502).
 */
export function inSession({ findSession, sessionClock, uses }: InSessionDeps): InSession {
  return async (context, sessionId, work) => {
    if (!sessionId)
      throw invalidField('session_id', 'say which session: the session_id of a session or machine');
    const found = await findSession(context.principal, sessionId);
    context.used = usedBy(found);
    // Nothing is awaited between the look at the clock and the use: a machine that passed is not ended as idle.
    const machine = usableSession(found, sessionClock);
    const over = uses.begin(machine.vm.id);
    try {
      return await work(machine);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      usableSession(await findSession(context.principal, sessionId), sessionClock);
      throw new ApiError('guest_unreachable', `The machine did not answer: ${error.message}`, {
        headers: { 'retry-after': '1' },
        isOutcomeUnknown: true,
      });
    } finally {
      over();
    }
  };
}

/** What is noted of a request about a session, whether it lives or not. */
export function usedBy(machine: Machine | undefined): RequestContext['used'] {
  return machine ? { vmId: machine.vm.id, sessionId: machine.session.id } : null;
}

function isUnreachable(error: unknown): error is Error {
  return error instanceof HostError || (error instanceof GuestError && error.code === 'link_lost');
}
