import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { RenewSession } from '../../vms/renew-session.ts';
import type { SessionClock } from '../../vms/session-clock.ts';
import type { InSession } from '../in-session.ts';
import { type FindSession, sessionRecord, usableSession } from '../session.ts';

export interface RenewSessionDeps {
  inSession: InSession;
  findSession: FindSession;
  renewMachine: RenewSession;
  sessionClock: SessionClock;
}

/** Counts lifetime and idle time from now. What would go beyond the bound is cut to it, as the answer shows. */
export const renewSession = (deps: RenewSessionDeps) =>
  bind(sessions.renew, (context, { params, body }) =>
    deps.inSession(context, params.session_id, async (machine) => {
      const renewed = await deps.renewMachine(actorOf(context), machine, body);
      // It has ended since it was found: say so with its end.
      const found = renewed ?? (await deps.findSession(context.principal, params.session_id));
      return sessionRecord(usableSession(found, deps.sessionClock), deps.sessionClock);
    }),
  );
