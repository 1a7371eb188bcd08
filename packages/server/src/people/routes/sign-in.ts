import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../../http/body.ts';
import type { SignInFlow } from '../sign-in-flow.ts';
import { SIGN_IN_PATH } from '../sign-in-path.ts';
import type { ReadSignedIn } from '../signed-in.ts';
import type { Throttle } from '../throttle.ts';

const credentials = z.strictObject({ email: z.string(), password: z.string() });

/** Signing in and out, and who is signed in. The session's token stays in the cookie: no answer shows it to the page. */
export function signInRoutes(
  app: FastifyInstance,
  deps: { signInFlow: SignInFlow; readSignedIn: ReadSignedIn; throttle: Throttle },
): void {
  app.post(`${SIGN_IN_PATH}/sign-in/email`, async (request, reply) => {
    const body = parseBody(credentials, request);
    await deps.throttle(request);
    return { user: await deps.signInFlow.begin(request, reply, body) };
  });

  app.post(`${SIGN_IN_PATH}/sign-out`, async (request, reply) => {
    await deps.signInFlow.end(request, reply);
    return { status: 'signed_out' };
  });

  app.get(`${SIGN_IN_PATH}/get-session`, async (request, reply) => {
    const signedIn = await deps.readSignedIn(request, reply);
    if (!signedIn) return reply.type('application/json').send('null');
    const { person, working } = signedIn;
    const account = working && { id: working.account_id, name: working.name, role: working.role };
    return { user: person, account: account ?? null };
  });
}
