import type { Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import type { KeyOwnerRef, OwnerKeys } from '../keys/owner-changes.ts';
import { setPolicy, type TrustPolicyRow } from './policy-store.ts';

/**
 * What happens to the owner of keys happens to their trust policies in the same transaction: a policy that stayed
 * behind would go on making keys once its owner is back.
 */
export function withPolicies(
  keys: OwnerKeys,
  handedOverScopes: (scopes: string, ...roles: Parameters<OwnerKeys['handOver']>[2]['role'][]) => string,
): OwnerKeys {
  return {
    async end(trx, actor, owner, reason, at) {
      for (const policy of await policiesOf(trx, owner)) {
        await setPolicy(trx, policy.id, { deleted_at: at });
        await recordPolicy(trx, at, actor, 'trust_policy.deleted', policy, { reason });
      }
      return keys.end(trx, actor, owner, reason, at);
    },
    async handOver(trx, actor, from, to, at) {
      const owner =
        'personId' in to ? { person_id: to.personId } : { service_account_id: to.serviceAccountId };
      for (const policy of await policiesOf(trx, from)) {
        const scopes = handedOverScopes(policy.scopes, from.role, to.role);
        await setPolicy(trx, policy.id, { ...owner, scopes });
        await recordPolicy(trx, at, actor, 'trust_policy.handed_over', policy, owner);
      }
      return keys.handOver(trx, actor, from, to, at);
    },
  };
}

export async function recordPolicy(
  trx: Transaction<Database>,
  at: string,
  actor: Actor,
  event: 'trust_policy.created' | 'trust_policy.deleted' | 'trust_policy.handed_over',
  policy: Pick<TrustPolicyRow, 'id' | 'account_id' | 'environment'>,
  payload: Record<string, unknown>,
): Promise<void> {
  await recordChange(trx, at, actor, {
    accountId: policy.account_id,
    environment: policy.environment,
    event,
    resourceType: 'trust_policy',
    resourceId: String(policy.id),
    payload,
  });
}

async function policiesOf(trx: Transaction<Database>, owner: KeyOwnerRef): Promise<TrustPolicyRow[]> {
  return trx
    .selectFrom('trust_policy')
    .selectAll()
    .where('account_id', '=', owner.accountId)
    .where('deleted_at', 'is', null)
    .$if('personId' in owner, (some) =>
      some
        .where('person_id', '=', 'personId' in owner ? owner.personId : 0)
        .where('service_account_id', 'is', null),
    )
    .$if('serviceAccountId' in owner, (some) =>
      some.where('service_account_id', '=', 'serviceAccountId' in owner ? owner.serviceAccountId : 0),
    )
    .orderBy('id')
    .execute();
}
