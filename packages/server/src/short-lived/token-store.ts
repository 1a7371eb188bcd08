import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { ApiKeyRow } from '../keys/store.ts';

/** The machine that a credential may make tokens of, as far as it needs to be known here. */
export interface TokenScope {
  accountId: number;
  environment: string | null;
}

export interface TokenMachine {
  id: string;
  account_id: number;
  environment: string | null;
  session_id: string;
  ended_at: string | null;
}

/** Tombstones included; what is older is in the audit trail. */
const LISTED_MAX = 200;

export async function machineOf(
  db: Kysely<Database>,
  scope: TokenScope,
  vmId: string,
): Promise<TokenMachine | undefined> {
  return db
    .selectFrom('vm')
    .select(['id', 'account_id', 'environment', 'session_id', 'ended_at'])
    .where('id', '=', vmId)
    .where('account_id', '=', scope.accountId)
    .$if(scope.environment !== null, (some) => some.where('environment', '=', scope.environment))
    .executeTakeFirst();
}

/** Newest first. */
export async function tokensOf(db: Kysely<Database>, vmId: string): Promise<ApiKeyRow[]> {
  return tokens(db, vmId).orderBy('id', 'desc').limit(LISTED_MAX).execute();
}

export async function tokenOf(
  db: Kysely<Database>,
  vmId: string,
  id: number,
): Promise<ApiKeyRow | undefined> {
  return tokens(db, vmId).where('id', '=', id).executeTakeFirst();
}

export async function countLiveTokens(trx: Transaction<Database>, vmId: string, at: string): Promise<number> {
  const { count } = await trx
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('vm_id', '=', vmId)
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Ends every token of a machine. `seq` is that of the machine's own end, which is what tells of it. */
export async function endTokensOf(
  trx: Transaction<Database>,
  vmId: string,
  at: string,
  seq: number,
): Promise<ApiKeyRow[]> {
  return trx
    .updateTable('api_key')
    .set({ ended_at: at, end_reason: 'machine_ended', seq })
    .where('vm_id', '=', vmId)
    .where('ended_at', 'is', null)
    .returningAll()
    .execute();
}

function tokens(db: Kysely<Database>, vmId: string) {
  return db.selectFrom('api_key').selectAll().where('vm_id', '=', vmId).where('kind', '=', 'sandbox_token');
}
