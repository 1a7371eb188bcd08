import type { FastifyInstance } from 'fastify';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../db/schema.ts';
import { parseBody } from '../../http/body.ts';
import { ApiError, invalidField, notFound } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import type { People } from '../people.ts';
import { personMistake } from '../person.ts';
import { chooseAccount } from '../session-store.ts';
import type { SignInFlow } from '../sign-in-flow.ts';
import type { ReadSignedIn } from '../signed-in.ts';
import type { Throttle } from '../throttle.ts';

/** Finds or makes the person inside the transaction of joining. */
type PersonWithin = (trx: Transaction<Database>, at: string, email: string) => Promise<number>;

/** What the team's invitations offer to a link. */
interface Links {
  offer(token: string): Promise<{
    email: string;
    role: string;
    accountId: number;
    accountName: string;
    inviterName: string;
    expiresAt: string;
    personExists: boolean;
  }>;
  accept(
    origin: { address: string; requestId: string },
    token: string,
    person: PersonWithin,
  ): Promise<{ personId: number; accountId: number; accountName: string; role: string }>;
}

export interface InvitationLinkDeps {
  db: Kysely<Database>;
  invitations: Links;
  people: People;
  signInFlow: SignInFlow;
  readSignedIn: ReadSignedIn;
  throttle: Throttle;
}

const link = z.strictObject({ token: z.string() });
const acceptance = link.extend({ name: z.string().optional(), password: z.string().optional() });

/**
 * What an invitation's page needs. The token is a secret of its own: whoever holds it may read what it offers. It
 * travels in bodies alone, so that it is in no log.
 */
export function invitationLinkRoutes(app: FastifyInstance, deps: InvitationLinkDeps): void {
  app.post('/app/invitations/show', async (request) => {
    const { token } = parseBody(link, request);
    await deps.throttle(request);
    const {
      accountId: _,
      accountName,
      inviterName,
      expiresAt,
      personExists,
      ...offer
    } = await deps.invitations.offer(token);
    return {
      ...offer,
      account_name: accountName,
      invited_by: inviterName,
      expires_at: expiresAt,
      person_exists: personExists,
    };
  });

  /**
   * Joins as the person who is signed in when the invitation is theirs; else with the password of the person whom it
   * is for, who is made if there is none. Whoever joins is signed in and works in that account.
   */
  app.post('/app/invitations/accept', async (request, reply) => {
    const { token, name, password } = parseBody(acceptance, request);
    await deps.throttle(request);
    const offer = await deps.invitations.offer(token);
    const origin = { address: peerOf(request).address, requestId: request.id };
    if (password === undefined) {
      const signedIn = await deps.readSignedIn(request, reply);
      if (!signedIn) throw invalidField('password', 'is needed to accept the invitation');
      if (signedIn.person.email !== offer.email) {
        throw new ApiError(
          'invitation_for_another',
          `This invitation is for ${offer.email}; you are signed in as ${signedIn.person.email}.`,
        );
      }
      const joined = await deps.invitations.accept(origin, token, async () => signedIn.person.id);
      await chooseAccount(deps.db, signedIn.sessionId, joined.accountId);
      return reply.code(201).send(answer(signedIn.person, joined));
    }
    const credentials = { email: offer.email, password };
    const joined = await deps.invitations.accept(
      origin,
      token,
      offer.personExists ? await knownPerson(credentials) : await newPerson(credentials, name ?? ''),
    );
    const user = await deps.signInFlow.begin(request, reply, credentials, joined.accountId);
    return reply.code(201).send(answer(user, joined));
  });

  async function newPerson(credentials: { email: string; password: string }, name: string) {
    const input = { ...credentials, name };
    const mistake = personMistake(input);
    if (mistake) throw invalidField(mistake.field, mistake.message);
    return deps.people.prepare(input);
  }

  async function knownPerson({
    email,
    password,
  }: {
    email: string;
    password: string;
  }): Promise<PersonWithin> {
    if (!(await deps.people.passwordIsRight(email, password))) {
      throw new ApiError(
        'sign_in_failed',
        'This is not the password of the person whom the invitation is for.',
      );
    }
    return async (trx) => {
      const row = await trx.selectFrom('person').select('id').where('email', '=', email).executeTakeFirst();
      if (!row) throw notFound('people');
      return row.id;
    };
  }
}

function answer(
  user: { id: number; email: string; name: string },
  joined: { accountId: number; accountName: string; role: string },
) {
  return { user, account: { id: joined.accountId, name: joined.accountName, role: joined.role } };
}
