import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../../http/body.ts';
import { ApiError, invalidField } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import { afterAnswer } from '../after-answer.ts';
import type { EmailLinks } from '../email-links.ts';
import { passwordMistake } from '../person.ts';
import { SIGN_IN_PATH } from '../sign-in-path.ts';
import { type ReadSignedIn, requireSignedIn } from '../signed-in.ts';
import type { Throttle } from '../throttle.ts';

const forgotten = z.strictObject({ email: z.string().max(300) });
const reset = z.strictObject({ token: z.string().max(200), password: z.string() });
const verification = z.strictObject({ token: z.string().max(200) });

export interface EmailLinkDeps {
  emailLinks: EmailLinks;
  readSignedIn: ReadSignedIn;
  throttle: Throttle;
}

/** Tokens travel in bodies alone, so that they are in no log. */
export function emailLinkRoutes(app: FastifyInstance, deps: EmailLinkDeps): void {
  const { emailLinks, throttle } = deps;

  app.get(`${SIGN_IN_PATH}/reset`, async () => ({ by_mail: emailLinks.isMailed }));

  /** The same answer, at the same moment, whether or not somebody has this e-mail: what follows comes after it. */
  app.post(`${SIGN_IN_PATH}/forgot-password`, async (request, reply) => {
    const { email } = parseBody(forgotten, request);
    await throttle(request);
    if (!emailLinks.isMailed) {
      throw new ApiError(
        'mail_not_set_up',
        'This server sends no mail. Ask its operator for a link: instavmd users reset-link --email E.',
      );
    }
    afterAnswer(request, reply, () => emailLinks.mailReset(email));
    return reply
      .code(202)
      .send({ status: 'accepted', detail: 'If somebody here has this e-mail, a link is on its way to it.' });
  });

  app.post(`${SIGN_IN_PATH}/reset-password`, async (request) => {
    const { token, password } = parseBody(reset, request);
    const mistake = passwordMistake(password);
    if (mistake) throw invalidField('password', mistake);
    await throttle(request);
    await emailLinks.reset({ address: peerOf(request).address, requestId: request.id }, token, password);
    return { status: 'changed' };
  });

  app.post(`${SIGN_IN_PATH}/verify-email`, async (request) => {
    const { token } = parseBody(verification, request);
    await throttle(request);
    await emailLinks.verify({ address: peerOf(request).address, requestId: request.id }, token);
    return { status: 'verified' };
  });

  app.post('/app/me/verification', async (request, reply) => {
    const { person } = await requireSignedIn(deps.readSignedIn, request, reply);
    await throttle(request);
    if (!emailLinks.isMailed) {
      throw new ApiError('mail_not_set_up', 'This server sends no mail, so there is nothing to verify.');
    }
    await emailLinks.mailVerification(person.email);
    return reply.code(202).send({ status: 'accepted' });
  });
}
