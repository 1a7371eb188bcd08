import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { PersonPrincipal } from '../../auth/principal.ts';
import type { Database } from '../../db/schema.ts';
import { parseBody } from '../../http/body.ts';
import { notFound } from '../../http/errors.ts';
import { peerOf } from '../../http/peer-address.ts';
import { chooseAccount } from '../session-store.ts';
import { type ReadSignedIn, requireSignedIn } from '../signed-in.ts';

export interface MyAccountsDeps {
  db: Kysely<Database>;
  readSignedIn: ReadSignedIn;
  /** Takes a person out of an account; `keys` says what happens to theirs. */
  leaveAccount(
    by: {
      actor: { type: 'person'; id: string; address: string; requestId: string };
      principal: PersonPrincipal;
    },
    personId: number,
    keys: string | undefined,
  ): Promise<{ revoked: number; handedOver: number }>;
}

const account = z.strictObject({ account_id: z.int().positive() });
const leaving = account.extend({
  keys: z
    .string()
    .regex(
      /^(revoke|(member|service_account):[1-9]\d{0,14})$/,
      'is not revoke, member:ID or service_account:ID',
    )
    .optional(),
});

/** The accounts of a person, and which of them they work in during this session. */
export function myAccountsRoutes(app: FastifyInstance, deps: MyAccountsDeps): void {
  const { db, readSignedIn } = deps;

  app.get('/app/accounts', async (request, reply) => {
    const { memberships, working } = await requireSignedIn(readSignedIn, request, reply);
    return memberships.map(({ account_id, name, role, usable }) => ({
      id: account_id,
      name,
      role,
      usable,
      current: account_id === working?.account_id,
    }));
  });

  app.post('/app/accounts/switch', async (request, reply) => {
    const { memberships, sessionId } = await requireSignedIn(readSignedIn, request, reply);
    const { account_id: id } = parseBody(account, request);
    const chosen = memberships.find(({ account_id, usable }) => account_id === id && usable);
    if (!chosen) throw notFound('accounts');
    await chooseAccount(db, sessionId, id);
    return { id, name: chosen.name, role: chosen.role };
  });

  /** Anybody may go, whatever their role, but for the last owner. */
  app.post('/app/accounts/leave', async (request, reply) => {
    const { person, memberships, sessionId } = await requireSignedIn(readSignedIn, request, reply);
    const body = parseBody(leaving, request);
    const left = memberships.find(({ account_id }) => account_id === body.account_id);
    if (!left) throw notFound('accounts');
    const address = peerOf(request).address;
    const actor = { type: 'person' as const, id: String(person.id), address, requestId: request.id };
    const principal: PersonPrincipal = {
      kind: 'person',
      keyId: null,
      personId: person.id,
      accountId: left.account_id,
      role: left.role,
      environment: null,
      vmId: null,
      permissions: new Set(),
      source: 'cookie',
    };
    const keys = await deps.leaveAccount({ actor, principal }, person.id, body.keys);
    await chooseAccount(db, sessionId, null);
    return {
      id: left.account_id,
      status: 'left',
      keys: { revoked: keys.revoked, handed_over: keys.handedOver },
    };
  });
}
