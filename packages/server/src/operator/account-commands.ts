import type { Core } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { OperatorError } from './operator-error.ts';

/** Every account with its members and how many keys of it live. */
export async function listAccounts({ db }: Pick<Core, 'db'>) {
  const accounts = await db
    .selectFrom('account')
    .select(['id', 'name', 'created_at', 'suspended_at', 'closed_at'])
    .select((eb) => [
      eb
        .selectFrom('member')
        .whereRef('member.account_id', '=', 'account.id')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('members'),
      eb
        .selectFrom('api_key')
        .whereRef('api_key.account_id', '=', 'account.id')
        .where('api_key.ended_at', 'is', null)
        .where('api_key.kind', '=', 'api_key')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('live_keys'),
    ])
    .orderBy('id')
    .execute();
  return accounts.map(({ suspended_at: suspended, closed_at: closed, ...account }) => ({
    ...account,
    members: account.members ?? 0,
    live_keys: account.live_keys ?? 0,
    status: closed ? ('closed' as const) : suspended ? ('suspended' as const) : ('active' as const),
  }));
}

/** Suspended: everybody and every key of the account is refused from the next request on, until it is resumed. */
export async function setAccountSuspended(
  { db, accounts }: Pick<Core, 'db' | 'accounts'>,
  actor: Actor,
  { id, suspended }: { id: number; suspended: boolean },
) {
  const account = await db.selectFrom('account').select('closed_at').where('id', '=', id).executeTakeFirst();
  if (!account) throw new OperatorError(`There is no account ${id}. See: accounts list.`);
  if (account.closed_at !== null) throw new OperatorError(`Account ${id} is closed, which is final.`);
  const row = (await accounts.setSuspended(actor, id, suspended))!;
  return { id: row.id, name: row.name, status: suspended ? ('suspended' as const) : ('active' as const) };
}
