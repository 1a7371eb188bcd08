import { webhooks } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { endpointRecord } from '../endpoint.ts';
import type { Webhooks } from '../open-webhooks.ts';

export const verifyWebhookEndpoint = (deps: { webhooks: Pick<Webhooks, 'verifications'> }) =>
  bind(webhooks.verifyEndpoint, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const { row, reason } = await deps.webhooks.verifications.verify(by, params.endpoint_id);
    return { ...endpointRecord(row), verified: reason === null, reason };
  });
