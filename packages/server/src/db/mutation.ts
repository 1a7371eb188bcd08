import type { Kysely, Transaction } from 'kysely';
import { builtOnce } from './built-once.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Actor } from './feed.ts';
import type { Database } from './schema.ts';

/** The key that asked has died since its request's headers were read. */
export class ActorDiedError extends Error {
  override name = 'ActorDiedError';
  readonly code: 'key_revoked' | 'key_rotated' | 'key_disabled' | 'key_expired' | 'account_suspended';
  constructor(code: ActorDiedError['code']) {
    super(code);
    this.code = code;
  }
}

const takeTurn = builtOnce((db) => db.updateTable('feed_head').set((eb) => ({ seq: eb.ref('seq') })));

/** One for each database, because there is one order of changes in each. */
const queues = new WeakMap<Kysely<Database>, ChangeQueue>();

/**
 * One change, whole or not at all, and one change at a time: the first statement of its transaction takes the lock on
 * `feed_head` and holds it to the commit. So what is read in `work` is still true when it writes, numbers of the feed
 * appear in order, and on SQLite a second process waits here instead of failing later because its view of the file is
 * old. Changes that wait at the same moment may share the transaction (`ChangeQueue`).
 * It looks at the asking key once more inside it, so that a key that was revoked while its request was read changes
 * nothing. Throws ActorDiedError.
 */
export async function mutate<T>(
  db: Kysely<Database>,
  actor: Actor,
  at: string,
  work: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  let queue = queues.get(db);
  if (!queue) {
    queue = new ChangeQueue(db, (trx) => takeTurn(trx, []));
    queues.set(db, queue);
  }
  return queue.run(async (trx) => {
    if (actor.type === 'api_key' || actor.type === 'sandbox_token')
      await requireLiveKey(trx, Number(actor.id), at);
    return work(trx);
  });
}

const askingKey = builtOnce((db) =>
  db
    .selectFrom('api_key as k')
    .innerJoin('account as a', 'a.id', 'k.account_id')
    .leftJoin('member as m', (join) =>
      join.onRef('m.account_id', '=', 'k.account_id').onRef('m.person_id', '=', 'k.person_id'),
    )
    .leftJoin('service_account as s', 's.id', 'k.service_account_id')
    .select(['k.end_reason', 'k.disabled_at', 'k.expires_at', 'k.rotation_ends_at', 'k.service_account_id'])
    .select(['a.closed_at', 'a.suspended_at as account_suspended_at'])
    .select(['m.person_id as member', 'm.suspended_at as member_suspended_at'])
    .select(['s.deleted_at as service_deleted_at', 's.suspended_at as service_suspended_at'])
    .where('k.id', '=', 0),
);

async function requireLiveKey(trx: Transaction<Database>, keyId: number, at: string): Promise<void> {
  const [key] = await askingKey(trx, [keyId]);
  if (!key) throw new Error(`API key ${keyId} is not in the database`);
  const { end_reason: ended } = key;
  const isOver = (end: string | null) => end !== null && end <= at;
  if (ended === 'rotated' || (ended === null && isOver(key.rotation_ends_at))) dead('key_rotated');
  if (ended === 'expired' || ended === 'idle' || (ended === null && isOver(key.expires_at)))
    dead('key_expired');
  if (ended !== null) dead('key_revoked');
  if (key.disabled_at !== null) dead('key_disabled');
  const ownerIsActive =
    key.service_account_id === null
      ? key.member !== null && key.member_suspended_at === null
      : key.service_deleted_at === null && key.service_suspended_at === null;
  if (!ownerIsActive || key.closed_at !== null || key.account_suspended_at !== null)
    dead('account_suspended');
}

function dead(code: ActorDiedError['code']): never {
  throw new ActorDiedError(code);
}
