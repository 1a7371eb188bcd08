import type { Kysely } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';

export type AuthEvent = 'auth.signed_in' | 'auth.signed_out' | 'auth.sessions_ended';

/** What a person does with their sessions. */
export async function recordAuth(
  db: Kysely<Database>,
  who: { personId: number; accountId: number },
  origin: Pick<Actor, 'address' | 'requestId'>,
  event: AuthEvent,
  at: string,
  payload: Record<string, unknown>,
): Promise<void> {
  const actor: Actor = { ...origin, type: 'person', id: String(who.personId) };
  await mutate(db, actor, at, (trx) =>
    recordChange(trx, at, actor, {
      accountId: who.accountId,
      event,
      resourceType: 'person',
      resourceId: String(who.personId),
      payload,
    }),
  );
}
