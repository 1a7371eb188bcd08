import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

type Db = Kysely<Database> | Transaction<Database>;
export type InvitationRow = Selectable<Database['invitation']>;

export async function listInvitations(db: Db, accountId: number): Promise<InvitationRow[]> {
  return db.selectFrom('invitation').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

export async function openInvitations(db: Db, accountId: number, at: string): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitation')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('id')
    .execute();
}

export async function findInvitation(
  db: Db,
  accountId: number,
  id: number,
): Promise<InvitationRow | undefined> {
  return db
    .selectFrom('invitation')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** With the names that whoever holds the link may read. */
export async function findByDigest(db: Db, digest: Uint8Array) {
  return db
    .selectFrom('invitation')
    .innerJoin('account', 'account.id', 'invitation.account_id')
    .innerJoin('person', 'person.id', 'invitation.invited_by')
    .selectAll('invitation')
    .select(['account.name as account_name', 'person.name as inviter_name'])
    .where('token_digest', '=', digest)
    .executeTakeFirst();
}

export async function insertInvitation(
  trx: Transaction<Database>,
  row: Omit<InvitationRow, 'id' | 'accepted_at' | 'accepted_by' | 'revoked_at'>,
): Promise<InvitationRow> {
  return trx
    .insertInto('invitation')
    .values({ ...row, accepted_at: null, accepted_by: null, revoked_at: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function setInvitation(
  trx: Transaction<Database>,
  id: number,
  patch: { revoked_at: string } | { accepted_at: string; accepted_by: number },
): Promise<InvitationRow> {
  return trx
    .updateTable('invitation')
    .set(patch)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
