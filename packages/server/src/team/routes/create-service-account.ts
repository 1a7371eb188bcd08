import { serviceAccounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { serviceAccountRecord } from '../service-account.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

export const createServiceAccount = (deps: { serviceAccounts: ServiceAccounts }) =>
  bind(serviceAccounts.create, async (context, { body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return serviceAccountRecord(await deps.serviceAccounts.create(by, body));
  });
