import { accounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { accountRecord } from '../account.ts';
import type { AccountPatch } from '../account-store.ts';
import type { Accounts } from '../accounts.ts';
import { roleOf } from '../standing.ts';

export const updateAccount = (deps: { accounts: Accounts }) =>
  bind(accounts.update, async (context, { body }) => {
    const given = Object.entries(body).filter(([, value]) => value !== undefined);
    const by = { actor: actorOf(context), principal: context.principal };
    const row = await deps.accounts.update(by, Object.fromEntries(given) as AccountPatch);
    return accountRecord(row, roleOf(context.principal));
  });
