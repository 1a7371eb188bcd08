import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { memberRecord } from '../member.ts';
import type { Members } from '../members.ts';

export const updateMember = (deps: { members: Members }) =>
  bind(members.update, async (context, { params, body }) =>
    memberRecord(
      await deps.members.changeRole(
        { actor: actorOf(context), principal: context.principal },
        params.person_id,
        body.role,
      ),
    ),
  );
