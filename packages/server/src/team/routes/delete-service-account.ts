import { serviceAccounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

export const deleteServiceAccount = (deps: { serviceAccounts: ServiceAccounts }) =>
  bind(serviceAccounts.delete, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const keys = await deps.serviceAccounts.delete(by, params.id);
    return { id: params.id, status: 'deleted' as const, keys };
  });
