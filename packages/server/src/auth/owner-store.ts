import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import { accountSettings, type EnvironmentRow } from './account-settings.ts';
import type { Owners } from './owners.ts';

/**
 * Reads accounts, members and service accounts into memory: all of them, or those of one account. Who is no longer
 * in the database becomes inactive.
 */
export async function loadOwners(db: Kysely<Database>, owners: Owners, accountId?: number): Promise<void> {
  // One moment of the database: a change that comes between the reads would be undone in memory by older rows.
  const found = await db.transaction().execute(async (trx) => {
    let accounts = trx.selectFrom('account').selectAll();
    let members = trx.selectFrom('member').selectAll();
    let environments = trx.selectFrom('environment_setting').selectAll();
    let serviceAccounts = trx.selectFrom('service_account').selectAll();
    if (accountId !== undefined) {
      accounts = accounts.where('id', '=', accountId);
      environments = environments.where('account_id', '=', accountId);
      members = members.where('account_id', '=', accountId);
      serviceAccounts = serviceAccounts.where('account_id', '=', accountId);
    }
    return {
      accounts: await accounts.execute(),
      environments: await environments.execute(),
      members: await members.execute(),
      serviceAccounts: await serviceAccounts.execute(),
    };
  });
  // Nothing is awaited from here on: no request sees half of it.
  owners.deactivate(accountId);
  const environments = Map.groupBy(found.environments, (row) => row.account_id);
  for (const row of found.accounts) applyAccount(owners, row, environments.get(row.id) ?? []);
  for (const row of found.members) {
    const owner = owners.member(row.account_id, row.person_id);
    owner.role = row.role as RoleName;
    owner.isActive = row.suspended_at === null;
  }
  for (const row of found.serviceAccounts) {
    const owner = owners.serviceAccount(row.account_id, row.id);
    owner.role = row.role as RoleName;
    owner.isActive = row.suspended_at === null && row.deleted_at === null;
  }
}

/** Puts an account's rows in force for all keys of it. */
export function applyAccount(
  owners: Owners,
  row: Selectable<Database['account']>,
  environments: readonly EnvironmentRow[],
): void {
  const account = owners.account(row.id);
  account.isOpen = row.closed_at === null && row.suspended_at === null;
  account.keyAgeDays = row.key_age_days;
  account.maxKeys = row.max_keys;
  account.settings = accountSettings(row, environments);
}
