import { vms } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { notFound } from '../../http/errors.ts';
import type { Machines } from '../machines.ts';
import { findVm } from '../store.ts';

export const deleteVm = (deps: { db: Kysely<Database>; machines: Machines }) =>
  bind(vms.delete, async (context, { params }) => {
    const vm = await findVm(deps.db, context.principal, params.vm_id);
    if (!vm) throw notFound('vms');
    context.used = { vmId: vm.id, sessionId: vm.session_id };
    await deps.machines.end(actorOf(context), vm, 'deleted');
    return { vm_id: vm.id, status: 'deleted' as const };
  });
