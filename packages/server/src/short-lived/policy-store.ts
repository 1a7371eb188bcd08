import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

export type TrustPolicyRow = Selectable<Database['trust_policy']>;

/** Which policies a principal may see: those of its account, of its environment when it has one. */
export interface PolicyScope {
  accountId: number;
  environment: string | null;
}

export async function listPolicies(db: Kysely<Database>, scope: PolicyScope): Promise<TrustPolicyRow[]> {
  return visible(db, scope).orderBy('id').execute();
}

export async function findPolicy(
  db: Kysely<Database>,
  scope: PolicyScope,
  id: number,
): Promise<TrustPolicyRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

/** A policy that still is, whoever's. */
export async function livePolicy(db: Kysely<Database>, id: number): Promise<TrustPolicyRow | undefined> {
  return db
    .selectFrom('trust_policy')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Those of all accounts that trust an issuer, oldest first; at most `limit`. */
export async function policiesOfIssuer(
  db: Kysely<Database>,
  issuer: string,
  limit: number,
): Promise<TrustPolicyRow[]> {
  return db
    .selectFrom('trust_policy')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export type NewTrustPolicy = Omit<TrustPolicyRow, 'id' | 'deleted_at' | 'last_used_at' | 'exchanges'>;

export async function insertPolicy(
  trx: Transaction<Database>,
  policy: NewTrustPolicy,
): Promise<TrustPolicyRow> {
  return trx.insertInto('trust_policy').values(policy).returningAll().executeTakeFirstOrThrow();
}

export async function setPolicy(
  trx: Transaction<Database>,
  id: number,
  values: Partial<Omit<TrustPolicyRow, 'id'>>,
): Promise<void> {
  await trx.updateTable('trust_policy').set(values).where('id', '=', id).execute();
}

/** Ids of the keys that came of a policy and have not ended by `at`, the first to end first. */
export async function liveKeysOf(
  db: Kysely<Database>,
  policyId: number,
  at: string,
): Promise<{ id: number; expires_at: string | null }[]> {
  return db
    .selectFrom('api_key')
    .select(['id', 'expires_at'])
    .where('trust_policy_id', '=', policyId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('expires_at')
    .execute();
}

function visible(db: Kysely<Database>, scope: PolicyScope) {
  return db
    .selectFrom('trust_policy')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('deleted_at', 'is', null)
    .$if(scope.environment !== null, (some) => some.where('environment', '=', scope.environment));
}
