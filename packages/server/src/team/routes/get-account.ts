import { accounts } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { type AccountQuotas, accountRecord } from '../account.ts';
import { findAccount } from '../account-store.ts';
import { roleOf } from '../standing.ts';

export const getAccount = (deps: { db: Kysely<Database>; accountQuotas: AccountQuotas }) =>
  bind(accounts.get, async ({ principal }) => {
    const row = await findAccount(deps.db, principal.accountId);
    if (!row) throw notFound('accounts');
    return accountRecord(row, roleOf(principal), await deps.accountQuotas(principal.accountId));
  });
