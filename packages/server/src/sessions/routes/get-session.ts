import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { SessionClock } from '../../vms/session-clock.ts';
import { usedBy } from '../in-session.ts';
import { type FindSession, sessionRecord, usableSession } from '../session.ts';

/** Looking at a session is no use of its machine: it does not keep it from being idle. */
export const getSession = (deps: { findSession: FindSession; sessionClock: SessionClock }) =>
  bind(sessions.get, async (context, { params }) => {
    const machine = await deps.findSession(context.principal, params.session_id);
    context.used = usedBy(machine);
    return sessionRecord(usableSession(machine, deps.sessionClock), deps.sessionClock);
  });
