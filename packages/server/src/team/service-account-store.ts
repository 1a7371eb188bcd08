import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

type Db = Kysely<Database> | Transaction<Database>;

export interface ServiceAccountRow {
  id: number;
  name: string;
  role: RoleName;
  created_by: number;
  created_at: string;
  suspended_at: string | null;
  live_keys: number;
}

export async function listServiceAccounts(db: Db, accountId: number): Promise<ServiceAccountRow[]> {
  return liveOnes(db, accountId).orderBy('service_account.id').execute();
}

export async function findServiceAccount(
  db: Db,
  accountId: number,
  id: number,
): Promise<ServiceAccountRow | undefined> {
  return liveOnes(db, accountId).where('service_account.id', '=', id).executeTakeFirst();
}

function liveOnes(db: Db, accountId: number) {
  return db
    .selectFrom('service_account')
    .where('service_account.account_id', '=', accountId)
    .where('service_account.deleted_at', 'is', null)
    .select(['id', 'name', 'role', 'created_by', 'created_at', 'suspended_at'])
    .select((eb) =>
      eb
        .selectFrom('api_key')
        .whereRef('api_key.account_id', '=', 'service_account.account_id')
        .whereRef('api_key.service_account_id', '=', 'service_account.id')
        .where('api_key.ended_at', 'is', null)
        .where('api_key.kind', '=', 'api_key')
        .select(eb.fn.countAll<number>().as('n'))
        .$asScalar()
        .$notNull()
        .as('live_keys'),
    );
}

export async function nameIsTaken(
  trx: Transaction<Database>,
  accountId: number,
  name: string,
  exceptId: number | null,
): Promise<boolean> {
  const found = await trx
    .selectFrom('service_account')
    .select('id')
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .where('id', '!=', exceptId ?? 0)
    .executeTakeFirst();
  return found !== undefined;
}

export async function insertServiceAccount(
  trx: Transaction<Database>,
  row: { account_id: number; name: string; role: RoleName; created_by: number; created_at: string },
): Promise<number> {
  const { id } = await trx
    .insertInto('service_account')
    .values({ ...row, suspended_at: null, deleted_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function setServiceAccount(
  trx: Transaction<Database>,
  id: number,
  patch: { name?: string; role?: RoleName; suspended_at?: string | null; deleted_at?: string },
): Promise<void> {
  // The id makes an empty patch a statement too.
  await trx
    .updateTable('service_account')
    .set({ ...patch, id })
    .where('id', '=', id)
    .execute();
}
