import { INVALID_CREDENTIAL_DETAIL } from '@instavm/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import { peerOf } from '../http/peer-address.ts';
import { type AuthEvent, recordAuth } from './auth-events.ts';
import type { LoadSignIn } from './load-sign-in.ts';
import { membershipsOf, workingAccount } from './memberships.ts';
import { clearCookie } from './session-cookie.ts';
import { chooseAccount, deleteSession, findSessionByToken } from './session-store.ts';
import { PEER_ADDRESS_HEADER } from './sign-in-path.ts';
import type { ReadSignedIn } from './signed-in.ts';

export interface SignInFlowDeps {
  signIn: LoadSignIn;
  readSignedIn: ReadSignedIn;
  db: Kysely<Database>;
  now(): number;
}

export interface User {
  id: number;
  email: string;
  name: string;
}

/** Begins and ends sessions of people within a request, and sets the cookie on its answer. */
export class SignInFlow {
  readonly #deps: SignInFlowDeps;
  constructor(deps: SignInFlowDeps) {
    this.#deps = deps;
  }

  /**
   * A new session in place of the browser's former one, which ends: nobody can plant a session and wait for somebody
   * to sign in with it. `accountId` is where the person then works. Throws sign_in_failed; account_suspended to the
   * holder of the right password who may work nowhere.
   */
  async begin(
    request: FastifyRequest,
    reply: FastifyReply,
    credentials: { email: string; password: string },
    accountId: number | null = null,
  ): Promise<User> {
    const { db, now } = this.#deps;
    const former = await this.#deps.readSignedIn(request, reply);
    const { token, user, headers } = await this.#verify(request, credentials);
    const row = (await findSessionByToken(db, token))!;
    const personId = row.person_id;
    const memberships = await membershipsOf(db, personId, row.id);
    if (!memberships.some(({ usable }) => usable)) {
      await deleteSession(db, personId, row.id);
      throw new ApiError('account_suspended', INVALID_CREDENTIAL_DETAIL);
    }
    const staysIn = former?.person.id === personId ? former.chosenAccountId : null;
    const chosen = memberships.find(({ account_id }) => account_id === (accountId ?? staysIn));
    await chooseAccount(db, row.id, chosen?.usable ? chosen.account_id : null);
    if (former) await deleteSession(db, former.person.id, former.sessionId);
    reply.removeHeader('set-cookie');
    for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
    await this.record(request, personId, 'auth.signed_in', workingAccount(memberships, null)?.account_id);
    request.log.info(
      { person_id: personId, address: peerOf(request).address, at_ms: now(), request_id: request.id },
      'signed in',
    );
    return user;
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const signedIn = await this.#deps.readSignedIn(request, reply);
    reply.removeHeader('set-cookie');
    clearCookie(reply);
    if (!signedIn) return;
    await deleteSession(this.#deps.db, signedIn.person.id, signedIn.sessionId);
    await this.record(request, signedIn.person.id, 'auth.signed_out', signedIn.working?.account_id);
  }

  /** Into the trail of the account that the person works in. */
  async record(
    request: FastifyRequest,
    personId: number,
    event: AuthEvent,
    accountId: number | undefined,
    payload: Record<string, unknown> = {},
  ): Promise<void> {
    if (accountId === undefined) return;
    const at = new Date(this.#deps.now()).toISOString();
    const origin = { address: peerOf(request).address, requestId: request.id };
    await recordAuth(this.#deps.db, { personId, accountId }, origin, event, at, payload);
  }

  async #verify(request: FastifyRequest, { email, password }: { email: string; password: string }) {
    const { api } = await this.#deps.signIn();
    const headers = new Headers({ [PEER_ADDRESS_HEADER]: peerOf(request).address });
    const agent = request.headers['user-agent'];
    if (agent) headers.set('user-agent', agent.slice(0, 200));
    try {
      const answer = await api.signInEmail({ body: { email, password }, headers, returnHeaders: true });
      const { token, user } = answer.response;
      return {
        token,
        user: { id: Number(user.id), email: user.email, name: user.name },
        headers: answer.headers,
      };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      request.log.info({ address: peerOf(request).address, request_id: request.id }, 'a sign-in failed');
      throw new ApiError('sign_in_failed', 'This e-mail and password do not belong together.');
    }
  }
}

/** The sign-in library's own refusals. Not by its class: the library is loaded behind the first answers. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return error.name === 'APIError' && Number(error.statusCode) < 500;
}
