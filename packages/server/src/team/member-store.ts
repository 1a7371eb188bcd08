import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

type Db = Kysely<Database> | Transaction<Database>;

export interface MemberRow {
  person_id: number;
  name: string;
  email: string;
  role: RoleName;
  suspended_at: string | null;
  created_at: string;
  live_keys: number;
}

export async function listMembers(db: Db, accountId: number): Promise<MemberRow[]> {
  return membersOf(db, accountId).orderBy('member.person_id').execute();
}

export async function findMember(
  db: Db,
  accountId: number,
  personId: number,
): Promise<MemberRow | undefined> {
  return membersOf(db, accountId).where('member.person_id', '=', personId).executeTakeFirst();
}

function membersOf(db: Db, accountId: number) {
  return db
    .selectFrom('member')
    .innerJoin('person', 'person.id', 'member.person_id')
    .where('member.account_id', '=', accountId)
    .select([
      'member.person_id',
      'person.name',
      'person.email',
      'member.role',
      'member.suspended_at',
      'member.created_at',
    ])
    .select((eb) =>
      eb
        .selectFrom('api_key')
        .whereRef('api_key.account_id', '=', 'member.account_id')
        .whereRef('api_key.person_id', '=', 'member.person_id')
        .where('api_key.service_account_id', 'is', null)
        .where('api_key.ended_at', 'is', null)
        .where('api_key.kind', '=', 'api_key')
        .select(eb.fn.countAll<number>().as('n'))
        .$asScalar()
        .$notNull()
        .as('live_keys'),
    );
}

/** Whether somebody else than this member can still act as owner. */
export async function hasOtherOwner(trx: Db, accountId: number, personId: number): Promise<boolean> {
  const other = await trx
    .selectFrom('member')
    .select('person_id')
    .where('account_id', '=', accountId)
    .where('person_id', '!=', personId)
    .where('role', '=', 'owner')
    .where('suspended_at', 'is', null)
    .executeTakeFirst();
  return other !== undefined;
}

export async function setMember(
  trx: Transaction<Database>,
  accountId: number,
  personId: number,
  patch: { role?: RoleName; suspended_at?: string | null },
): Promise<void> {
  await trx
    .updateTable('member')
    .set(patch)
    .where('account_id', '=', accountId)
    .where('person_id', '=', personId)
    .execute();
}

export async function deleteMember(
  trx: Transaction<Database>,
  accountId: number,
  personId: number,
): Promise<void> {
  await trx
    .deleteFrom('member')
    .where('account_id', '=', accountId)
    .where('person_id', '=', personId)
    .execute();
}
