import { accounts } from '@instavm/contract';
import type { Actor } from '../../db/feed.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Accounts } from '../accounts.ts';

export interface CloseAccountDeps {
  accounts: Accounts;
  endMachinesOf(closer: Actor, accountId: number): Promise<number>;
}

/** Final. Machines are ended after the account: nothing can start another one by then. */
export const closeAccount = (deps: CloseAccountDeps) =>
  bind(accounts.close, async (context, { body }) => {
    const { principal } = context;
    const actor = actorOf(context);
    const { closedAt, revoked } = await deps.accounts.close({ actor, principal }, body.name);
    await deps.endMachinesOf(actor, principal.accountId);
    return { status: 'closed' as const, closed_at: closedAt, keys: { revoked } };
  });
