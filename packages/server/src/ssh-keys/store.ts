import type { Kysely, Selectable } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { SshPublicKey } from './ssh-key.ts';

export type SshKeyRow = Selectable<Database['ssh_key']>;

/** Adding a key that the account has gives the row that is there. */
export async function addSshKey(
  db: Kysely<Database>,
  actor: Actor,
  accountId: number,
  key: SshPublicKey,
  at: string,
): Promise<SshKeyRow> {
  return mutate(db, actor, at, async (trx) => {
    const known = await trx
      .selectFrom('ssh_key')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('fingerprint', '=', key.fingerprint)
      .executeTakeFirst();
    if (known) return known;
    const row = await trx
      .insertInto('ssh_key')
      .values({
        account_id: accountId,
        public_key: key.publicKey,
        fingerprint: key.fingerprint,
        comment: key.comment,
        created_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordChange(trx, at, actor, {
      accountId,
      event: 'ssh_key.added',
      resourceType: 'ssh_key',
      resourceId: String(row.id),
    });
    return row;
  });
}

export async function listSshKeys(db: Kysely<Database>, accountId: number): Promise<SshKeyRow[]> {
  return db.selectFrom('ssh_key').selectAll().where('account_id', '=', accountId).orderBy('id').execute();
}

/** False when the account has no such key. */
export async function deleteSshKey(
  db: Kysely<Database>,
  actor: Actor,
  accountId: number,
  id: number,
  at: string,
): Promise<boolean> {
  return mutate(db, actor, at, async (trx) => {
    const result = await trx
      .deleteFrom('ssh_key')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    if (result.numDeletedRows === 0n) return false;
    await recordChange(trx, at, actor, {
      accountId,
      event: 'ssh_key.removed',
      resourceType: 'ssh_key',
      resourceId: String(id),
    });
    return true;
  });
}
