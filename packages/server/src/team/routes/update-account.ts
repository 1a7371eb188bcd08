import { accounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { type AccountQuotas, accountRecord } from '../account.ts';
import type { Accounts } from '../accounts.ts';
import { settingColumns } from '../setting-columns.ts';
import { roleOf } from '../standing.ts';

export const updateAccount = (deps: { accounts: Accounts; accountQuotas: AccountQuotas }) =>
  bind(accounts.update, async (context, { body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const row = await deps.accounts.update(by, settingColumns(body));
    return accountRecord(row, roleOf(context.principal), await deps.accountQuotas(row.id));
  });
