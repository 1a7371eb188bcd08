import { serviceAccounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { serviceAccountRecord } from '../service-account.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

/** All its keys are refused from the next request on, once this has answered. */
export const suspendServiceAccount = (deps: { serviceAccounts: ServiceAccounts }) =>
  bind(serviceAccounts.suspend, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return serviceAccountRecord(await deps.serviceAccounts.suspend(by, params.id));
  });
