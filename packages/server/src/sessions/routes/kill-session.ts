import { sessions } from '@instavm/contract';
import type { Actor } from '../../db/feed.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { notFound } from '../../http/errors.ts';
import type { VmRow } from '../../vms/store.ts';
import { usedBy } from '../in-session.ts';
import type { FindSession } from '../session.ts';

export interface KillSessionDeps {
  findSession: FindSession;
  endMachine(actor: Actor, vm: VmRow, reason: string): Promise<unknown>;
}

/** The same answer however often it is asked. */
export const killSession = (deps: KillSessionDeps) =>
  bind(sessions.kill, async (context, { body }) => {
    const machine = await deps.findSession(context.principal, body.session_id);
    context.used = usedBy(machine);
    if (!machine) throw notFound('sessions');
    await deps.endMachine(actorOf(context), machine.vm, 'killed');
    return { session_id: machine.session.id, vm_id: machine.vm.id, status: 'terminated' as const };
  });
