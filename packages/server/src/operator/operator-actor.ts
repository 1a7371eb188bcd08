import type { Kysely } from 'kysely';
import { type Actor, type AuditEventType, recordChange, SERVER_ACCOUNT_ID } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';

/** Whoever runs the tool: there is no name to know them by but the machine's own. */
export const OPERATOR: Actor = { type: 'operator', id: 'instavmd', address: null, requestId: null };

/** Writes what concerns the server itself and no account into the audit trail. */
export async function recordServerEvent(
  db: Kysely<Database>,
  event: AuditEventType,
  payload: Record<string, string | number | boolean>,
  at: string,
): Promise<void> {
  const change = {
    accountId: SERVER_ACCOUNT_ID,
    event,
    resourceType: 'server',
    resourceId: 'instavmd',
    payload,
  };
  await mutate(db, OPERATOR, at, (trx) => recordChange(trx, at, OPERATOR, change));
}
