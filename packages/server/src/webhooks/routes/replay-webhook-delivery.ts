import { webhooks } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { deliveryRecord } from '../delivery.ts';
import type { Webhooks } from '../open-webhooks.ts';
import { replay } from '../replay.ts';

export const replayWebhookDelivery = (deps: { webhooks: Pick<Webhooks, 'endpointsDeps'> }) =>
  bind(webhooks.replayDelivery, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    return deliveryRecord(await replay(deps.webhooks.endpointsDeps, by, params.delivery_id));
  });
