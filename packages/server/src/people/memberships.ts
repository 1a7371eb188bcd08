import type { RoleName } from '@instavm/contract/roles';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

/** An account that a person is a member of, with what decides whether they may work in it. */
export interface Membership {
  account_id: number;
  name: string;
  role: RoleName;
  /** False when the membership is suspended, the account is closed or suspended, or the sign-in was ended there. */
  usable: boolean;
  session_idle_minutes: number;
  session_max_hours: number;
}

/** As one sign-in of theirs sees them. The oldest first: their own, when they have one. */
export async function membershipsOf(
  db: Kysely<Database>,
  personId: number,
  signInId: number,
): Promise<Membership[]> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('account', 'account.id', 'member.account_id')
    .where('member.person_id', '=', personId)
    .select([
      'member.account_id',
      'account.name',
      'member.role',
      'member.suspended_at as member_suspended_at',
      'member.sign_ins_after',
      'account.closed_at',
      'account.suspended_at',
      'account.session_idle_minutes',
      'account.session_max_hours',
    ])
    .orderBy('member.created_at')
    .orderBy('member.account_id')
    .execute();
  return rows.map(({ member_suspended_at, sign_ins_after, closed_at, suspended_at, ...row }) => ({
    ...row,
    usable:
      member_suspended_at === null &&
      closed_at === null &&
      suspended_at === null &&
      signInId > sign_ins_after,
  }));
}

/**
 * Where a person works: in the account that they chose in this session, usable or not, so that nothing happens in
 * another one behind their back; without a choice in the first that is usable. Undefined when there is none at all.
 */
export function workingAccount(
  memberships: readonly Membership[],
  chosenId: number | null,
): Membership | undefined {
  if (chosenId !== null) return memberships.find(({ account_id }) => account_id === chosenId);
  return memberships.find(({ usable }) => usable) ?? memberships[0];
}
