import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import type { OperatorDeps } from './commands.ts';
import { OperatorError } from './operator-error.ts';
import { counted } from './text.ts';

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
  if (!account) throw unknownAccount(id);
  if (account.closed_at !== null) throw new OperatorError(`Account ${id} is closed, which is final.`);
  const row = (await accounts.setSuspended(actor, id, suspended))!;
  return { id: row.id, name: row.name, status: suspended ? ('suspended' as const) : ('active' as const) };
}

export interface AccountCloseInput {
  id: number;
  /** The account's name, which says that it is meant; null: what would end is said and nothing done. */
  force: string | null;
}

/** Final, as when an owner closes it: keys in the same transaction, then machines. Throws OperatorError. */
export async function closeAccount(
  { db, accounts, endMachines }: Pick<Core, 'db' | 'accounts'> & Pick<OperatorDeps, 'endMachines'>,
  actor: Actor,
  { id, force }: AccountCloseInput,
) {
  const outcome = await accounts.closeAny(actor, id, force);
  if (!outcome) throw unknownAccount(id);
  const {
    closed,
    account: { name, closed_at: before },
  } = outcome;
  if (!closed) {
    if (before !== null)
      throw new OperatorError(`Account ${id} (${name}) is closed already, since ${before}.`);
    if (force === null) throw new OperatorError(await whatWouldEnd(db, id, name));
    throw new OperatorError(
      `Account ${id} is called ${name}, not ${force.slice(0, 60)}. Nothing was changed.`,
    );
  }
  const machines = endMachines ? await endMachines(actor, id) : await countMachines(db, id);
  return {
    ...{ id, name, status: 'closed' as const, closed_at: closed.closedAt },
    ...{ keys: { revoked: closed.revoked }, machines: { count: machines, ended: endMachines !== null } },
  };
}

async function whatWouldEnd(db: Kysely<Database>, id: number, name: string): Promise<string> {
  const keys = await db
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', id)
    .where('kind', '=', 'api_key')
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  const ends = `${counted(keys.count, 'live API key')} and ${counted(await countMachines(db, id), 'machine')}`;
  return `Closing account ${id} (${name}) is final and would end ${ends}. To close it, give --force=${shellWord(name)}.`;
}

async function countMachines(db: Kysely<Database>, id: number): Promise<number> {
  const { count } = await db
    .selectFrom('vm')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** As it can be put behind a command. */
function shellWord(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function unknownAccount(id: number): OperatorError {
  return new OperatorError(`There is no account ${id}. See: accounts list.`);
}
