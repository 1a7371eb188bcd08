import { trustPolicies } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { TrustPolicies } from '../trust-policies.ts';

export const deleteTrustPolicy = (deps: { trustPolicies: TrustPolicies }) =>
  bind(trustPolicies.delete, async (context, { params: { policy_id: id } }) => {
    const keys = await deps.trustPolicies.delete(actorOf(context), context.principal, id);
    return { id, status: 'deleted' as const, keys };
  });
