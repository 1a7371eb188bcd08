import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

export type SessionRow = Selectable<Database['person_session']>;

export async function findSessionRow(db: Kysely<Database>, id: number): Promise<SessionRow | undefined> {
  return db.selectFrom('person_session').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findSessionByToken(
  db: Kysely<Database>,
  token: string,
): Promise<SessionRow | undefined> {
  return db.selectFrom('person_session').selectAll().where('token', '=', token).executeTakeFirst();
}

export async function sessionsOf(
  db: Kysely<Database> | Transaction<Database>,
  personId: number,
): Promise<SessionRow[]> {
  return db
    .selectFrom('person_session')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('updated_at', 'desc')
    .execute();
}

/** `endsAt` bounds the row itself; `session-rules.ts` decides before. */
export async function noteUse(
  db: Kysely<Database>,
  id: number,
  times: { usedAt: string; endsAt: string },
): Promise<void> {
  await db
    .updateTable('person_session')
    .set({ updated_at: times.usedAt, expires_at: times.endsAt })
    .where('id', '=', id)
    .execute();
}

export async function chooseAccount(
  db: Kysely<Database>,
  id: number,
  accountId: number | null,
): Promise<void> {
  await db.updateTable('person_session').set({ account_id: accountId }).where('id', '=', id).execute();
}

/** Ends one session of a person's; false when they have none with this id. */
export async function deleteSession(db: Kysely<Database>, personId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('person_session')
    .where('person_id', '=', personId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** How many it ended. */
export async function deleteOtherSessions(
  db: Kysely<Database>,
  personId: number,
  keepId: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('person_session')
    .where('person_id', '=', personId)
    .where('id', '!=', keepId)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
