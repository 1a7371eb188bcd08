import type { Kysely } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { endTogether } from './end-together.ts';
import type { Machines } from './machines.ts';

export interface ClosedAccountsDeps {
  db: Kysely<Database>;
  machines: Pick<Machines, 'end'>;
}

const REASON = 'account_closed';
const SYSTEM: Actor = { type: 'system', id: REASON, address: null, requestId: null };

/** Ends the machines of an account that was closed, for whoever closed it. @returns how many */
export function endMachinesOf(deps: ClosedAccountsDeps, closer: Actor, accountId: number): Promise<number> {
  return endMachines(deps, { ...closer, type: 'system', id: REASON }, accountId);
}

/**
 * Ends what closed accounts still have: a machine that was being made when its account was closed, and all of one that
 * was closed without this server.
 */
export function sweepClosedAccounts(deps: ClosedAccountsDeps): Promise<number> {
  return endMachines(deps, SYSTEM, null);
}

async function endMachines(
  { db, machines }: ClosedAccountsDeps,
  actor: Actor,
  accountId: number | null,
): Promise<number> {
  const running = await db
    .selectFrom('vm')
    .innerJoin('account', 'account.id', 'vm.account_id')
    .selectAll('vm')
    .where('vm.ended_at', 'is', null)
    .where('account.closed_at', 'is not', null)
    .$if(accountId !== null, (all) => all.where('vm.account_id', '=', accountId!))
    .execute();
  await endTogether(running, (some) => Promise.all(some.map((vm) => machines.end(actor, vm, REASON))));
  return running.length;
}
