import { INVALID_CREDENTIAL_DETAIL } from '@instavm/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { LoadSignIn } from './load-sign-in.ts';
import { type Membership, membershipsOf, workingAccount } from './memberships.ts';
import { renewCookie } from './session-cookie.ts';
import { NOTE_USE_EVERY_MS, sessionEndMs } from './session-rules.ts';
import { deleteSession, findSessionRow, noteUse } from './session-store.ts';

/** A person whose session lives, and where they work in it. */
export interface SignedIn {
  sessionId: number;
  /** When the password was given. */
  signedInAtMs: number;
  person: { id: number; name: string; email: string };
  memberships: Membership[];
  chosenAccountId: number | null;
  working: Membership | undefined;
}

/** The session behind a request's cookie; null when there is none or it has ended. */
export type ReadSignedIn = (request: FastifyRequest, reply: FastifyReply) => Promise<SignedIn | null>;

export interface SignedInDeps {
  signIn: LoadSignIn;
  db: Kysely<Database>;
  now(): number;
}

/**
 * The cookie's signature and its session are the sign-in library's to check; how long a session lasts is ours,
 * because each account sets it. A use is noted once a minute, and then the browser's cookie is renewed as well.
 */
export function signedInReader({ signIn, db, now }: SignedInDeps): ReadSignedIn {
  return async (request, reply) => {
    const { cookie } = request.headers;
    if (!cookie) return null;
    const { api } = await signIn();
    const known = await api.getSession({ headers: new Headers({ cookie }), query: { disableRefresh: true } });
    const row = known && (await findSessionRow(db, Number(known.session.id)));
    if (!row) return null;
    const memberships = await membershipsOf(db, row.person_id, row.id);
    const working = workingAccount(memberships, row.account_id);
    const nowMs = now();
    const times = { createdAtMs: Date.parse(row.created_at), lastUsedAtMs: Date.parse(row.updated_at) };
    if (nowMs >= sessionEndMs(times, working)) {
      await deleteSession(db, row.person_id, row.id);
      return null;
    }
    if (nowMs - times.lastUsedAtMs >= NOTE_USE_EVERY_MS) {
      const endMs = sessionEndMs({ ...times, lastUsedAtMs: nowMs }, working);
      const text = (ms: number) => new Date(ms).toISOString();
      await noteUse(db, row.id, { usedAt: text(nowMs), endsAt: text(endMs) });
      renewCookie(request, reply, (endMs - nowMs) / 1000);
    }
    const { name, email } = known.user;
    return {
      sessionId: row.id,
      signedInAtMs: times.createdAtMs,
      person: { id: row.person_id, name, email },
      memberships,
      chosenAccountId: row.account_id,
      working,
    };
  };
}

/** As `ReadSignedIn`; throws session_required. */
export async function requireSignedIn(
  readSignedIn: ReadSignedIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignedIn> {
  const signedIn = await readSignedIn(request, reply);
  if (!signedIn) throw new ApiError('session_required', INVALID_CREDENTIAL_DETAIL);
  return signedIn;
}
