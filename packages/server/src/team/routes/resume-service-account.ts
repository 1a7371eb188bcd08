import { serviceAccounts } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { serviceAccountRecord } from '../service-account.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

export const resumeServiceAccount = (deps: { serviceAccounts: ServiceAccounts }) =>
  bind(serviceAccounts.resume, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return serviceAccountRecord(await deps.serviceAccounts.resume(by, params.id));
  });
