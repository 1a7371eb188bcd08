import { vms } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import type { SessionClock } from '../session-clock.ts';
import { listVms as listRows } from '../store.ts';
import { vmRecord } from '../vm.ts';

export const listAllVms = (deps: { db: Kysely<Database>; sessionClock: SessionClock }) =>
  bind(vms.listAll, async ({ principal }) =>
    (await listRows(deps.db, principal, 'all')).map((vm) => vmRecord(vm, deps.sessionClock)),
  );
