import type { Kysely, Transaction } from 'kysely';
import type { Actor } from './feed.ts';
import type { Database } from './schema.ts';

/** The key that asked has died since its request's headers were read. */
export class ActorDiedError extends Error {
  override name = 'ActorDiedError';
  readonly code: 'key_revoked' | 'key_rotated' | 'key_disabled' | 'key_expired';
  constructor(code: ActorDiedError['code']) {
    super(code);
    this.code = code;
  }
}

/**
 * One change in one transaction, and one change at a time: its first statement takes the lock on `feed_head` and
 * holds it to the commit. So what is read in `work` is still true when it writes, numbers of the feed appear in
 * order, and on SQLite a second process waits here instead of failing later because its view of the file is old.
 * It looks at the asking key once more inside it, so that a key that was revoked
 * while its request was read changes nothing. Throws ActorDiedError.
 */
export async function mutate<T>(
  db: Kysely<Database>,
  actor: Actor,
  at: string,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await trx
      .updateTable('feed_head')
      .set((eb) => ({ seq: eb.ref('seq') }))
      .where('id', '=', 1)
      .execute();
    if (actor.type === 'api_key') await requireLiveKey(trx, Number(actor.id), at);
    return work(trx);
  });
}

async function requireLiveKey(trx: Transaction<Database>, keyId: number, at: string): Promise<void> {
  const key = await trx
    .selectFrom('api_key')
    .select(['revoked_at', 'rotated_to', 'disabled_at', 'expires_at'])
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow();
  if (key.revoked_at !== null) throw new ActorDiedError('key_revoked');
  if (key.rotated_to !== null) throw new ActorDiedError('key_rotated');
  if (key.disabled_at !== null) throw new ActorDiedError('key_disabled');
  if (key.expires_at !== null && key.expires_at <= at) throw new ActorDiedError('key_expired');
}
