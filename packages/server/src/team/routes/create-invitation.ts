import { invitations } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invitationRecord } from '../invitation.ts';
import type { Invitations } from '../invitations.ts';

/** The token is in the link's fragment, which browsers send to no server and no log. */
export const createInvitation = (deps: {
  invitations: Invitations;
  dashboard: { url: string };
  now(): number;
}) =>
  bind(invitations.create, async (context, { body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const { row, token } = await deps.invitations.create(by, body);
    return {
      ...invitationRecord(row, deps.now()),
      link: `${deps.dashboard.url}/invitation#token=${token}`,
    };
  });
