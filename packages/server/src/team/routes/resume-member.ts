import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { memberRecord } from '../member.ts';
import type { Members } from '../members.ts';

export const resumeMember = (deps: { members: Members }) =>
  bind(members.resume, async (context, { params }) =>
    memberRecord(
      await deps.members.resume({ actor: actorOf(context), principal: context.principal }, params.person_id),
    ),
  );
