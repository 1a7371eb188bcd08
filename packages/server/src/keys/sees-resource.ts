import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { findSession, findVm } from '../vms/store.ts';
import { findKey, type KeyScope } from './store.ts';

export type SeesResource = (scope: KeyScope, id: string) => Promise<boolean>;

/** Whether a key of this account and environment could find the machine, session or key with this id. */
export function seesResource(db: Kysely<Database>): SeesResource {
  return async (scope, id) => {
    if (/^[1-9]\d{0,14}$/.test(id)) return (await findKey(db, scope, Number(id))) !== undefined;
    const found = id.startsWith('vm_') ? await findVm(db, scope, id) : await findSession(db, scope, id);
    return found !== undefined;
  };
}
