import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../../http/body.ts';
import { ApiError, invalidField } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import { afterAnswer } from '../after-answer.ts';
import type { EmailLinks } from '../email-links.ts';
import type { FirstRun } from '../first-run.ts';
import type { People } from '../people.ts';
import { normalizeEmail, personMistake } from '../person.ts';
import type { SignInFlow } from '../sign-in-flow.ts';

const body = z.strictObject({ token: z.string(), name: z.string(), email: z.string(), password: z.string() });

const CLOSED = 'This link is used up: the first person exists. Sign in instead.';

/** The first person makes themselves with the link that the terminal showed, and is signed in. */
export function firstRunRoutes(
  app: FastifyInstance,
  deps: { firstRun: FirstRun; people: People; signInFlow: SignInFlow; emailLinks: EmailLinks },
): void {
  app.get('/app/first-run', async () => ({ open: deps.firstRun.isOpen }));

  app.post('/app/first-run', async (request, reply) => {
    const { token, ...person } = parseBody(body, request);
    if (!deps.firstRun.isOpen) throw new ApiError('first_run_closed', CLOSED);
    if (!deps.firstRun.accepts(token)) {
      throw new ApiError(
        'first_run_token_wrong',
        'This is not the link that the server printed last. Use that one.',
      );
    }
    const mistake = personMistake(person);
    if (mistake) throw invalidField(mistake.field, mistake.message);
    const { address } = peerOf(request);
    const actor = { type: 'operator' as const, id: 'first-run', address, requestId: request.id };
    const made = await deps.people.create(actor, person, { onlyFirst: true });
    if (!made) throw new ApiError('first_run_closed', CLOSED);
    await deps.signInFlow.begin(request, reply, person);
    afterAnswer(request, reply, () => deps.emailLinks.mailVerification(person.email));
    return reply
      .code(201)
      .send({ user: { id: made.personId, email: normalizeEmail(person.email), name: person.name.trim() } });
  });
}
