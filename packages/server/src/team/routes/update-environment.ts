import { accounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { Accounts } from '../accounts.ts';
import { environmentRecord } from '../environment.ts';
import { settingColumns } from '../setting-columns.ts';

export const updateEnvironment = (deps: { accounts: Accounts }) =>
  bind(accounts.updateEnvironment, async (context, { params, body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return environmentRecord(
      await deps.accounts.updateEnvironment(by, params.environment, settingColumns(body)),
    );
  });
