import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import { findKey, type KeyScope } from './store.ts';

export type SeesResource = (scope: KeyScope, id: string) => Promise<boolean>;

type Find = (scope: KeyScope & { vmId: null }, id: string) => Promise<unknown>;

/** Whether a key of this account and environment could find the machine, session or key with this id. */
export function seesResource(db: Kysely<Database>, find: { vm: Find; session: Find }): SeesResource {
  return async (scope, id) => {
    if (/^[1-9]\d{0,14}$/.test(id)) return (await findKey(db, scope, Number(id))) !== undefined;
    return (
      (await (id.startsWith('vm_') ? find.vm : find.session)({ ...scope, vmId: null }, id)) !== undefined
    );
  };
}
