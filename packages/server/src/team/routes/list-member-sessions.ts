import { members } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Members } from '../members.ts';

export const listMemberSessions = (deps: { members: Members }) =>
  bind(members.listSessions, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const signIns = await deps.members.listSignIns(by, params.person_id);
    const text = (ms: number) => new Date(ms).toISOString();
    return signIns.map(({ id, created_at, updated_at, endMs, ip_address, user_agent }) => ({
      id,
      created_at: text(Date.parse(created_at)),
      last_seen_at: text(Date.parse(updated_at)),
      expires_at: text(endMs),
      address: ip_address,
      client: user_agent,
    }));
  });
