import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { readLeaverKeys } from '../member.ts';
import type { Members } from '../members.ts';

/** Removes a member; keys of the team's service accounts go on whoever made them. */
export const removeMember = (deps: { members: Members }) =>
  bind(members.remove, async (context, { params, query }) => {
    const { revoked, handedOver } = await deps.members.remove(
      { actor: actorOf(context), principal: context.principal },
      params.person_id,
      readLeaverKeys(query.keys),
    );
    return {
      person_id: params.person_id,
      status: 'removed' as const,
      keys: { revoked, handed_over: handedOver },
    };
  });
