import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Actor } from '../../db/feed.ts';
import type { Database } from '../../db/schema.ts';
import { parseBody } from '../../http/body.ts';
import { ApiError, invalidField, notFound } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import { workingAccount } from '../memberships.ts';
import type { People } from '../people.ts';
import { passwordMistake } from '../person.ts';
import { sessionEndMs } from '../session-rules.ts';
import { deleteOtherSessions, deleteSession, sessionsOf } from '../session-store.ts';
import type { SignInFlow } from '../sign-in-flow.ts';
import { SIGN_IN_PATH } from '../sign-in-path.ts';
import { type ReadSignedIn, requireSignedIn } from '../signed-in.ts';
import type { Throttle } from '../throttle.ts';

export interface MeDeps {
  db: Kysely<Database>;
  people: People;
  signInFlow: SignInFlow;
  readSignedIn: ReadSignedIn;
  throttle: Throttle;
  now(): number;
}

const confirmation = z.strictObject({ password: z.string() });
const passwordChange = z.strictObject({
  current_password: z.string(),
  new_password: z.string(),
  end_other_sessions: z.boolean().default(true),
});

/** A person's own password and sessions. They need a person, so no key reaches them. */
export function meRoutes(app: FastifyInstance, deps: MeDeps): void {
  const { db, people, signInFlow, readSignedIn, throttle } = deps;

  /** The password once more, in a new session in place of this one: its age is what counts as recent. */
  app.post(`${SIGN_IN_PATH}/confirm`, async (request, reply) => {
    const { person } = await requireSignedIn(readSignedIn, request, reply);
    const { password } = parseBody(confirmation, request);
    await throttle(request);
    await signInFlow.begin(request, reply, { email: person.email, password });
    return { status: 'confirmed' };
  });

  app.post('/app/me/password', async (request, reply) => {
    const { person, working, sessionId } = await requireSignedIn(readSignedIn, request, reply);
    const body = parseBody(passwordChange, request);
    const mistake = passwordMistake(body.new_password);
    if (mistake) throw invalidField('new_password', mistake);
    await throttle(request);
    const actor: Actor = {
      type: 'person',
      id: String(person.id),
      address: peerOf(request).address,
      requestId: request.id,
    };
    if (!working) throw new ApiError('account_suspended', 'You are in no account any more.');
    const who = { personId: person.id, accountId: working.account_id };
    const next = { current: body.current_password, next: body.new_password };
    if (!(await people.changePassword(actor, who, next))) {
      throw invalidField('current_password', 'is not your password');
    }
    const ended = body.end_other_sessions ? await deleteOtherSessions(db, person.id, sessionId) : 0;
    await signInFlow.begin(request, reply, { email: person.email, password: body.new_password });
    return { status: 'changed', ended_sessions: ended };
  });

  app.get('/app/me/sessions', async (request, reply) => {
    const signedIn = await requireSignedIn(readSignedIn, request, reply);
    const rows = await sessionsOf(db, signedIn.person.id);
    return rows.flatMap((row) => {
      const times = { createdAtMs: Date.parse(row.created_at), lastUsedAtMs: Date.parse(row.updated_at) };
      const endMs = sessionEndMs(times, workingAccount(signedIn.memberships, row.account_id));
      if (deps.now() >= endMs) return [];
      return {
        id: row.id,
        current: row.id === signedIn.sessionId,
        created_at: new Date(times.createdAtMs).toISOString(),
        last_used_at: new Date(times.lastUsedAtMs).toISOString(),
        expires_at: new Date(endMs).toISOString(),
        address: row.ip_address,
        client: row.user_agent,
      };
    });
  });

  /** All but this one. */
  app.delete('/app/me/sessions', async (request, reply) => {
    const { person, sessionId, working } = await requireSignedIn(readSignedIn, request, reply);
    const ended = await deleteOtherSessions(db, person.id, sessionId);
    await signInFlow.record(request, person.id, 'auth.sessions_ended', working?.account_id, { ended });
    return { ended_sessions: ended };
  });

  app.delete<{ Params: { id: string } }>('/app/me/sessions/:id', async (request, reply) => {
    const { person, working } = await requireSignedIn(readSignedIn, request, reply);
    const id = /^[1-9]\d{0,14}$/.test(request.params.id) ? Number(request.params.id) : 0;
    if (!(await deleteSession(db, person.id, id))) throw notFound('people');
    await signInFlow.record(request, person.id, 'auth.sessions_ended', working?.account_id, { ended: 1 });
    return { id, status: 'ended' };
  });
}
