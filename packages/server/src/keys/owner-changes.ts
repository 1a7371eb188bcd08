import type { RoleName } from '@instavm/contract/roles';
import type { KeyEndReason } from '@instavm/contract/states';
import type { Transaction } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { handedOverScopes } from './handed-over.ts';
import { endKey, setAndRecord } from './key-changes.ts';
import type { ApiKeyRow } from './store.ts';

/** Whose keys: a member's (never those of service accounts that they made), a service account's, or all of an account. */
export type KeyOwnerRef =
  | { accountId: number; personId: number }
  | { accountId: number; serviceAccountId: number }
  | { accountId: number };

/** What happens to the keys of an owner is part of what happens to the owner: one transaction. */
export interface OwnerKeys {
  end: typeof endKeysOf;
  handOver: typeof handOverKeysOf;
}

export const ownerKeys: OwnerKeys = { end: endKeysOf, handOver: handOverKeysOf };

/** Ends every live key of an owner in the transaction of what happens to the owner; the rows are to be applied after it. */
export async function endKeysOf(
  trx: Transaction<Database>,
  actor: Actor,
  owner: KeyOwnerRef,
  reason: KeyEndReason,
  at: string,
): Promise<ApiKeyRow[]> {
  const rows: ApiKeyRow[] = [];
  for (const { id } of await liveKeysOf(trx, owner)) rows.push(await endKey(trx, actor, id, reason, at));
  return rows;
}

/** Gives every live key of a member to another owner, with nothing added to what each could do. */
export async function handOverKeysOf(
  trx: Transaction<Database>,
  actor: Actor,
  from: { accountId: number; personId: number; role: RoleName },
  to: { role: RoleName } & ({ personId: number } | { serviceAccountId: number }),
  at: string,
): Promise<ApiKeyRow[]> {
  const owner = 'personId' in to ? { person_id: to.personId } : { service_account_id: to.serviceAccountId };
  const rows: ApiKeyRow[] = [];
  for (const { id, scopes } of await liveKeysOf(trx, from)) {
    const values = { ...owner, scopes: handedOverScopes(scopes, from.role, to.role) };
    rows.push(await setAndRecord(trx, actor, id, values, at, 'api_key.handed_over', owner));
  }
  return rows;
}

async function liveKeysOf(trx: Transaction<Database>, owner: KeyOwnerRef): Promise<ApiKeyRow[]> {
  let keys = trx
    .selectFrom('api_key')
    .selectAll()
    .where('account_id', '=', owner.accountId)
    .where('ended_at', 'is', null);
  if ('personId' in owner) {
    keys = keys.where('person_id', '=', owner.personId).where('service_account_id', 'is', null);
  }
  if ('serviceAccountId' in owner) keys = keys.where('service_account_id', '=', owner.serviceAccountId);
  return keys.orderBy('id').execute();
}
