import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import type { LoadSignIn } from '../load-sign-in.ts';
import { PEER_ADDRESS_HEADER, SIGN_IN_PATH } from '../sign-in-path.ts';

export type SignInWithPassword = (
  request: FastifyRequest,
  reply: FastifyReply,
  credentials: { email: string; password: string },
) => Promise<void>;

/** Signs a person in within another request and sets the cookie on its answer. */
export function signInWithPassword(signIn: LoadSignIn): SignInWithPassword {
  return async (request, reply, { email, password }) => {
    const { headers } = await (await signIn()).api.signInEmail({
      body: { email, password },
      headers: headersFor(request),
      returnHeaders: true,
    });
    setCookies(reply, headers);
  };
}

/** What the sign-in library offers here. Its session token stays in the cookie: no answer shows it to the page. */
export function signInRoutes(app: FastifyInstance, signIn: LoadSignIn): void {
  app.post(`${SIGN_IN_PATH}/sign-in/email`, async (request, reply) => {
    const answer = await ask(signIn, request);
    if (answer.status === 429) {
      const seconds = answer.headers.get('x-retry-after') ?? '60';
      throw new ApiError('rate_limit_exceeded', `Too many attempts to sign in. Try again in ${seconds} s.`, {
        headers: { 'retry-after': seconds },
      });
    }
    if (!answer.ok) throw new ApiError('sign_in_failed', 'This e-mail and password do not belong together.');
    setCookies(reply, answer.headers);
    const { user } = (await answer.json()) as { user: { id: string; name: string; email: string } };
    return { user: { id: Number(user.id), email: user.email, name: user.name } };
  });

  app.post(`${SIGN_IN_PATH}/sign-out`, async (request, reply) => {
    setCookies(reply, (await ask(signIn, request)).headers);
    return { status: 'signed_out' };
  });

  app.get(`${SIGN_IN_PATH}/get-session`, async (request, reply) => {
    const session = await (await signIn()).api.getSession({ headers: headersFor(request) });
    if (!session) return reply.type('application/json').send('null');
    const { id, email, name } = session.user;
    return { user: { id: Number(id), email, name } };
  });
}

async function ask(signIn: LoadSignIn, request: FastifyRequest): Promise<Response> {
  const { body } = request;
  return (await signIn()).handler(
    new Request(new URL(request.url, 'http://localhost'), {
      method: 'POST',
      headers: headersFor(request),
      body: JSON.stringify(typeof body === 'object' && body !== null ? body : {}),
    }),
  );
}

function setCookies(reply: FastifyReply, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie);
}

function headersFor(request: FastifyRequest): Headers {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const name of ['cookie', 'user-agent', 'origin']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set(PEER_ADDRESS_HEADER, peerOf(request).address);
  return headers;
}
