import { webhooks } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { deliveryRecord } from '../delivery.ts';
import { findDelivery } from '../delivery-reads.ts';
import type { Webhooks } from '../open-webhooks.ts';

/** Answers before the receiver does: what became of it is asked with the delivery's id. */
export const sendTestWebhook = (deps: { db: Kysely<Database>; webhooks: Pick<Webhooks, 'endpoints'> }) =>
  bind(webhooks.sendTestEvent, async (context, { params }) => {
    const by = { actor: actorOf(context), principal: context.principal };
    const id = await deps.webhooks.endpoints.sendTest(by, params.endpoint_id);
    return deliveryRecord((await findDelivery(deps.db, context.principal, id))!);
  });
