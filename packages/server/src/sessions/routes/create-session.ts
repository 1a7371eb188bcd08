import { sessions } from '@instavm/contract';
import { bind, type InputOf } from '../../http/bind.ts';
import type { RequestContext } from '../../http/context.ts';
import type { SessionClock } from '../../vms/session-clock.ts';
import type { Machine } from '../../vms/store.ts';
import { sessionRecord } from '../session.ts';

/** Makes a machine as asked for and waits until it runs. */
export type StartMachine = (
  context: RequestContext,
  fields: InputOf<typeof sessions.create>['body'],
) => Promise<Machine>;

/** Answers when the session's machine runs, so that the first execution never waits for it. */
export const createSession = (deps: { startMachine: StartMachine; sessionClock: SessionClock }) =>
  bind(sessions.create, async (context, { body }) =>
    sessionRecord(await deps.startMachine(context, body), deps.sessionClock),
  );
