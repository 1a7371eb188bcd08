import { serviceAccounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { serviceAccountRecord } from '../service-account.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

export const updateServiceAccount = (deps: { serviceAccounts: ServiceAccounts }) =>
  bind(serviceAccounts.update, async (context, { params, body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return serviceAccountRecord(await deps.serviceAccounts.update(by, params.id, body));
  });
