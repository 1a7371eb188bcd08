import { webhooks } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Slices } from '../../audit/slices.ts';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { invalidQuery } from '../../http/errors.ts';
import { deliveryRecord } from '../delivery.ts';
import { newestDeliveries } from '../delivery-reads.ts';

const DEFAULT_LIMIT = 50;

export const listWebhookDeliveries = (deps: { db: Kysely<Database>; slices: Slices }) =>
  bind(webhooks.listDeliveries, async ({ principal }, { query }) => {
    const { cursor, limit = DEFAULT_LIMIT, ...filters } = query;
    if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor)) {
      throw invalidQuery('cursor', 'is no next_cursor of an earlier page');
    }
    const before = cursor === undefined ? undefined : Number(cursor);
    // One more than the page, which tells whether there is another page.
    const rows = await newestDeliveries(deps, principal, filters, { before, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return {
      items: items.map(deliveryRecord),
      next_cursor: rows.length > limit ? String(items.at(-1)!.number) : null,
    };
  });
