import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../../http/body.ts';
import { ApiError, invalidField } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import { afterAnswer } from '../after-answer.ts';
import type { EmailLinks } from '../email-links.ts';
import type { People } from '../people.ts';
import { personMistake } from '../person.ts';
import { SIGN_IN_PATH } from '../sign-in-path.ts';
import type { Throttle } from '../throttle.ts';

const person = z.strictObject({ name: z.string(), email: z.string(), password: z.string() });

/**
 * People who come by themselves, where INSTAVM_SIGNUP is open. The answer and its time are the same for an e-mail
 * that is in use; it signs nobody in, because that would tell the two apart.
 */
export function signUpRoutes(
  app: FastifyInstance,
  deps: { people: People; emailLinks: EmailLinks; throttle: Throttle; signUp: string },
): void {
  app.get(`${SIGN_IN_PATH}/sign-up`, async () => ({ open: deps.signUp === 'open' }));

  app.post(`${SIGN_IN_PATH}/sign-up`, async (request, reply) => {
    if (deps.signUp !== 'open') {
      throw new ApiError(
        'sign_up_closed',
        'Nobody signs up by themselves here. Ask an owner of an account for an invitation.',
      );
    }
    const input = parseBody(person, request);
    const mistake = personMistake(input);
    if (mistake) throw invalidField(mistake.field, mistake.message);
    await deps.throttle(request);
    await deps.people.signUp({ address: peerOf(request).address, requestId: request.id }, input);
    afterAnswer(request, reply, () => deps.emailLinks.mailVerification(input.email));
    return reply
      .code(202)
      .send({ status: 'accepted', detail: 'If this e-mail was free, you can sign in now.' });
  });
}
