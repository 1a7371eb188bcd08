import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { memberRecord } from '../member.ts';
import type { Members } from '../members.ts';

/** Refused from the next request on, once this has answered: at the dashboard and with every key of theirs. */
export const suspendMember = (deps: { members: Members }) =>
  bind(members.suspend, async (context, { params }) =>
    memberRecord(
      await deps.members.suspend({ actor: actorOf(context), principal: context.principal }, params.person_id),
    ),
  );
