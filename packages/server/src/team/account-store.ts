import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

export type AccountRow = Selectable<Database['account']>;

export type AccountPatch = Partial<Omit<AccountRow, 'id' | 'created_at' | 'closed_at' | 'suspended_at'>>;

export async function findAccount(
  db: Kysely<Database> | Transaction<Database>,
  id: number,
): Promise<AccountRow | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function setAccount(
  trx: Transaction<Database>,
  id: number,
  patch: AccountPatch & { closed_at?: string; suspended_at?: string | null },
): Promise<AccountRow> {
  return trx
    .updateTable('account')
    .set({ ...patch, id })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
