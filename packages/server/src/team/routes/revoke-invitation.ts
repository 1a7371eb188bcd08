import { invitations } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invitationRecord } from '../invitation.ts';
import type { Invitations } from '../invitations.ts';

export const revokeInvitation = (deps: { invitations: Invitations; now(): number }) =>
  bind(invitations.revoke, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return invitationRecord(await deps.invitations.revoke(by, params.id), deps.now());
  });
