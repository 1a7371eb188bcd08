import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Members } from '../members.ts';

/** Refused from the next request on, once this has answered. */
export const endMemberSessions = (deps: { members: Members }) =>
  bind(members.endSessions, async (context, { params }) => ({
    ended: await deps.members.endSignIns(
      { actor: actorOf(context), principal: context.principal },
      params.person_id,
    ),
  }));
