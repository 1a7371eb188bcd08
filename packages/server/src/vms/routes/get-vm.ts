import { vms } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { findVm } from '../store.ts';
import { vmRecord } from '../vm.ts';

export const getVm = (deps: { db: Kysely<Database> }) =>
  bind(vms.get, async ({ principal }, { params }) => {
    const vm = await findVm(deps.db, principal, params.vm_id);
    if (!vm) throw notFound('vms');
    return vmRecord(vm);
  });
