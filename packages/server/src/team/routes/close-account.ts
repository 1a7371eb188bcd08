import { accounts } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Machines } from '../../vms/machines.ts';
import type { Accounts } from '../accounts.ts';

/** Final. Machines are ended after the account: nothing can start another one by then. */
export const closeAccount = (deps: { db: Kysely<Database>; accounts: Accounts; machines: Machines }) =>
  bind(accounts.close, async (context, { body }) => {
    const { principal } = context;
    const { closedAt, revoked } = await deps.accounts.close(
      { actor: actorOf(context), principal },
      body.name,
    );
    const system = { ...actorOf(context), type: 'system' as const, id: 'account_closed' };
    const running = await deps.db
      .selectFrom('vm')
      .selectAll()
      .where('account_id', '=', principal.accountId)
      .where('ended_at', 'is', null)
      .execute();
    await Promise.all(running.map((vm) => deps.machines.end(system, vm, 'account_closed')));
    return { status: 'closed' as const, closed_at: closedAt, keys: { revoked } };
  });
