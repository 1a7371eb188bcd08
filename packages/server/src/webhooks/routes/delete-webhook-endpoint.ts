import { webhooks } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { endpointRecord } from '../endpoint.ts';
import type { Webhooks } from '../open-webhooks.ts';

export const deleteWebhookEndpoint = (deps: { webhooks: Pick<Webhooks, 'endpoints'> }) =>
  bind(webhooks.deleteEndpoint, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return endpointRecord(await deps.webhooks.endpoints.delete(by, params.endpoint_id));
  });
