import { PERMISSION_NAMES } from '@instavm/contract/permissions';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Principal } from '../auth/principal.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { LoadSignIn } from './load-sign-in.ts';
import { accountOfPerson } from './store.ts';

/** Owners may do everything in their account; other roles come with members. */
const OWNER_PERMISSIONS = new Set(PERMISSION_NAMES);

/** The signed-in person behind a request to the dashboard's door: the session cookie and nothing else counts. */
export function personOfCookie(deps: { signIn: LoadSignIn; db: Kysely<Database> }) {
  const sessionOf = async (cookie: string) =>
    (await deps.signIn()).api.getSession({ headers: new Headers({ cookie }) });
  return async (request: FastifyRequest): Promise<Principal> => {
    const cookie = request.headers.cookie;
    const session = cookie ? await sessionOf(cookie) : null;
    const personId = session ? Number(session.user.id) : null;
    const accountId = personId === null ? undefined : await accountOfPerson(deps.db, personId);
    if (personId === null || accountId === undefined) {
      throw new ApiError('session_required', 'Invalid API key or session expired');
    }
    return {
      kind: 'person',
      keyId: null,
      personId,
      accountId,
      environment: null,
      permissions: OWNER_PERMISSIONS,
      source: 'cookie',
    };
  };
}
