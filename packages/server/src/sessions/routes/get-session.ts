import { sessions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { type FindSession, sessionRecord, usableSession } from '../session.ts';

export const getSession = (deps: { findSession: FindSession; now(): number }) =>
  bind(sessions.get, async ({ principal }, { params }) =>
    sessionRecord(usableSession(await deps.findSession(principal, params.session_id), deps.now())),
  );
