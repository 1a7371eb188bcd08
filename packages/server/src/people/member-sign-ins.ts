import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';
import { membershipsOf, workingAccount } from './memberships.ts';
import { sessionEndMs } from './session-rules.ts';
import { type SessionRow, sessionsOf } from './session-store.ts';

type Db = Kysely<Database> | Transaction<Database>;

/** A sign-in that lives, with its end. */
export interface LiveSignIn extends SessionRow {
  endMs: number;
}

/** The sign-ins of a member that work in the account now: what they do in another one is that one's to see. */
export async function signInsOfMember(
  db: Db,
  accountId: number,
  personId: number,
  nowMs: number,
): Promise<LiveSignIn[]> {
  const found: LiveSignIn[] = [];
  for (const row of await sessionsOf(db, personId)) {
    const working = workingAccount(await membershipsOf(db, personId, row.id), row.account_id);
    if (working?.account_id !== accountId) continue;
    const times = { createdAtMs: Date.parse(row.created_at), lastUsedAtMs: Date.parse(row.updated_at) };
    const endMs = sessionEndMs(times, working);
    if (nowMs < endMs) found.push({ ...row, endMs });
  }
  return found;
}

/**
 * Ends those sign-ins, and keeps all others that there are now from switching to the account: whoever holds one of
 * them has to give the password first. Gives how many it ended.
 */
export async function endSignInsOfMember(
  trx: Transaction<Database>,
  accountId: number,
  personId: number,
  nowMs: number,
): Promise<number> {
  const ids = (await signInsOfMember(trx, accountId, personId, nowMs)).map(({ id }) => id);
  if (ids.length > 0) await trx.deleteFrom('person_session').where('id', 'in', ids).execute();
  const newest = await trx.selectFrom('person_session').select('id').orderBy('id', 'desc').executeTakeFirst();
  await trx
    .updateTable('member')
    .set({ sign_ins_after: newest?.id ?? 0 })
    .where('account_id', '=', accountId)
    .where('person_id', '=', personId)
    .execute();
  return ids.length;
}
