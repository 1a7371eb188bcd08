import { webhooks } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { endpointRecord } from '../endpoint.ts';
import type { Webhooks } from '../open-webhooks.ts';

export const createWebhookEndpoint = (deps: { webhooks: Pick<Webhooks, 'endpoints'> }) =>
  bind(webhooks.createEndpoint, async (context, { body }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const { row, secret } = await deps.webhooks.endpoints.create(by, body);
    return { ...endpointRecord(row), secret };
  });
