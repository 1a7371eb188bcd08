import { webhooks } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { attemptsOf, deliveryRecord } from '../delivery.ts';
import { eventOf, findDelivery } from '../delivery-reads.ts';
import { eventBody } from '../event-body.ts';

export const getWebhookDelivery = (deps: { db: Kysely<Database> }) =>
  bind(webhooks.getDelivery, async ({ principal }, { params }) => {
    const row = await findDelivery(deps.db, principal, params.delivery_id);
    if (!row) throw notFound('webhookDeliveries');
    const body = eventBody(await eventOf(deps.db, row), row.event_type, row.is_test === 1);
    const payload = JSON.parse(body) as Record<string, unknown>;
    return { ...deliveryRecord(row), payload, attempts: attemptsOf(row) };
  });
