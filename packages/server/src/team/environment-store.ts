import { ENVIRONMENTS, type Environment, namesOf } from '@instavm/contract/states';
import type { Kysely, Transaction } from 'kysely';
import type { EnvironmentRow } from '../auth/account-settings.ts';
import type { Database } from '../db/schema.ts';

export type EnvironmentPatch = Partial<Omit<EnvironmentRow, 'account_id' | 'environment'>>;

/** Those that have settings of their own. */
export async function environmentsOf(
  db: Kysely<Database> | Transaction<Database>,
  accountId: number,
): Promise<EnvironmentRow[]> {
  return db.selectFrom('environment_setting').selectAll().where('account_id', '=', accountId).execute();
}

/** Every environment, in the contract's order; one without settings of its own follows the account in all. */
export async function allEnvironments(db: Kysely<Database>, accountId: number): Promise<EnvironmentRow[]> {
  const rows = await environmentsOf(db, accountId);
  return namesOf(ENVIRONMENTS).map(
    (environment) => rows.find((row) => row.environment === environment) ?? unset(accountId, environment),
  );
}

export async function findEnvironment(
  trx: Transaction<Database>,
  accountId: number,
  environment: Environment,
): Promise<EnvironmentRow> {
  const rows = await environmentsOf(trx, accountId);
  return rows.find((row) => row.environment === environment) ?? unset(accountId, environment);
}

export async function setEnvironment(trx: Transaction<Database>, row: EnvironmentRow): Promise<void> {
  await trx
    .insertInto('environment_setting')
    .values(row)
    .onConflict((oc) => oc.columns(['account_id', 'environment']).doUpdateSet(row))
    .execute();
}

function unset(accountId: number, environment: Environment): EnvironmentRow {
  return {
    account_id: accountId,
    environment,
    rate_limit: null,
    concurrent_requests: null,
    machine_idle_timeout_seconds: null,
    machine_lifetime_seconds: null,
    machine_lifetime_max_seconds: null,
    networks: '[]',
  };
}
