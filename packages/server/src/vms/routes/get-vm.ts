import { vms } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import type { SessionClock } from '../session-clock.ts';
import { findVm } from '../store.ts';
import { vmRecord } from '../vm.ts';

export const getVm = (deps: { db: Kysely<Database>; sessionClock: SessionClock }) =>
  bind(vms.get, async (context, { params }) => {
    const vm = await findVm(deps.db, context.principal, params.vm_id);
    if (!vm) throw notFound('vms');
    context.used = { vmId: vm.id, sessionId: vm.session_id };
    return vmRecord(vm, deps.sessionClock);
  });
