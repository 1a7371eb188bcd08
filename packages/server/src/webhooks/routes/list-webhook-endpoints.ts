import { webhooks } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { endpointRecord } from '../endpoint.ts';
import { listEndpoints } from '../endpoint-store.ts';

export const listWebhookEndpoints = (deps: { db: Kysely<Database> }) =>
  bind(webhooks.listEndpoints, async ({ principal }) =>
    (await listEndpoints(deps.db, principal)).map(endpointRecord),
  );
