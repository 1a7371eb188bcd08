import type { Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Who did it; what the audit row says of the doer. */
export interface Actor {
  type: 'api_key' | 'person' | 'operator' | 'system';
  id: string;
  address: string | null;
  requestId: string | null;
}

export interface Change {
  accountId: number;
  /** `[a-z0-9_]` parts joined by dots, as webhooks and audit name it: `api_key.created`. */
  event: string;
  resourceType: string;
  resourceId: string;
  /** Holds no secret and no free text of a caller's that could be one. */
  payload?: Record<string, unknown>;
}

/**
 * Writes the change row that other processes follow and the audit row, in the transaction of the change itself.
 * Taking the number from `feed_head` holds that row to the commit, so numbers become visible in order.
 */
export async function recordChange(
  trx: Transaction<Database>,
  at: string,
  actor: Actor,
  change: Change,
): Promise<number> {
  const { seq } = await trx
    .updateTable('feed_head')
    .set((eb) => ({ seq: eb('seq', '+', 1) }))
    .where('id', '=', 1)
    .returning('seq')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('change')
    .values({ seq, at, account_id: change.accountId, kind: change.event, subject: change.resourceId })
    .execute();
  await trx
    .insertInto('audit_event')
    .values({
      seq,
      at,
      account_id: change.accountId,
      event_type: change.event,
      actor_type: actor.type,
      actor_id: actor.id,
      resource_type: change.resourceType,
      resource_id: change.resourceId,
      address: actor.address,
      request_id: actor.requestId,
      payload: JSON.stringify(change.payload ?? {}),
    })
    .execute();
  return seq;
}
