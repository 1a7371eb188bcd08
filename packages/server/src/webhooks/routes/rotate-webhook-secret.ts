import { webhooks } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { endpointRecord } from '../endpoint.ts';
import type { Webhooks } from '../open-webhooks.ts';

export const rotateWebhookSecret = (deps: { webhooks: Pick<Webhooks, 'endpoints'> }) =>
  bind(webhooks.rotateSecret, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const { row, secret } = await deps.webhooks.endpoints.rotateSecret(by, params.endpoint_id);
    return { ...endpointRecord(row), secret };
  });
