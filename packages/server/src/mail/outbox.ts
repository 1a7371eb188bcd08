import type { Kysely, Transaction } from 'kysely';
import type { Sealer } from '../auth/sealing.ts';
import type { Database } from '../db/schema.ts';
import { type Letter, type MailBody, renderLetter } from './letter.ts';

export interface NewMail {
  kind: string;
  recipient: string;
  /** What it is about: the same is mailed to the same person once. */
  about: string;
  letter: Letter;
}

/** Puts mail in line, in the transaction of what it tells of: what is committed is mailed. */
export interface Outbox {
  add(trx: Transaction<Database>, mail: NewMail, at: string): Promise<void>;
}

export function outbox(sealer: Sealer): Outbox {
  return {
    async add(trx, { kind, recipient, about, letter }, at) {
      const dedupeKey = `${kind}:${about}:${recipient}`;
      await trx
        .insertInto('mail_message')
        .values({
          dedupe_key: dedupeKey,
          kind,
          recipient,
          sealed: sealer.seal(JSON.stringify(renderLetter(letter)), placeOf(dedupeKey)),
          created_at: at,
          next_attempt_at: at,
          sent_at: null,
          last_error: null,
        })
        .onConflict((oc) => oc.column('dedupe_key').doNothing())
        .execute();
    },
  };
}

export interface WaitingMail {
  id: number;
  kind: string;
  recipient: string;
  attempts: number;
  createdAt: string;
  /** Null when it cannot be opened any more. */
  body: MailBody | null;
}

export async function dueMail(
  db: Kysely<Database>,
  sealer: Sealer,
  at: string,
  limit: number,
): Promise<WaitingMail[]> {
  const rows = await db
    .selectFrom('mail_message')
    .selectAll()
    .where('next_attempt_at', '<=', at)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const opened = row.sealed && sealer.open(row.sealed, placeOf(row.dedupe_key));
    return {
      id: row.id,
      kind: row.kind,
      recipient: row.recipient,
      attempts: row.attempts,
      createdAt: row.created_at,
      body: opened ? (JSON.parse(opened) as MailBody) : null,
    };
  });
}

/** What it said is kept no longer than it is needed: links stand in it. */
export async function settleMail(
  db: Kysely<Database>,
  id: number,
  outcome: { attempts: number; nextAttemptAt: string | null; sentAt: string | null; error: string | null },
): Promise<void> {
  await db
    .updateTable('mail_message')
    .set({
      attempts: outcome.attempts,
      next_attempt_at: outcome.nextAttemptAt,
      sent_at: outcome.sentAt,
      last_error: outcome.error,
      ...(outcome.nextAttemptAt === null ? { sealed: null } : {}),
    })
    .where('id', '=', id)
    .execute();
}

function placeOf(dedupeKey: string): string {
  return `mail:${dedupeKey}`;
}
