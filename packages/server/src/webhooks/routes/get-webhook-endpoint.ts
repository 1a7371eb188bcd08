import { webhooks } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { endpointRecord } from '../endpoint.ts';
import { findEndpoint } from '../endpoint-store.ts';

/** A deleted one too, so that its deliveries can be understood. */
export const getWebhookEndpoint = (deps: { db: Kysely<Database> }) =>
  bind(webhooks.getEndpoint, async ({ principal }, { params }) => {
    const row = await findEndpoint(deps.db, principal, params.endpoint_id);
    if (!row) throw notFound('webhooks');
    return endpointRecord(row);
  });
