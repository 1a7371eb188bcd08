import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Sealer } from '../auth/sealing.ts';
import type { Database } from '../db/schema.ts';
import { dueMail, settleMail, type WaitingMail } from './outbox.ts';
import type { SendMail } from './transport.ts';

/** Minutes until the next attempt, by the number of those made; after the last it is given up, a day later. */
const RETRY_MINUTES = [1, 5, 15, 60, 240, 1200];

const TOGETHER = 20;

export interface PostmanDeps {
  db: Kysely<Database>;
  sealer: Sealer;
  send: SendMail;
  log: Logger;
  now(): number;
}

/** Sends what is due, one after the other. A mail that the server accepted is never sent again, unless we died then. */
export async function sendDueMail(deps: PostmanDeps): Promise<void> {
  const due = await dueMail(deps.db, deps.sealer, new Date(deps.now()).toISOString(), TOGETHER);
  for (const mail of due) await sendOne(deps, mail);
}

async function sendOne({ db, send, log, now }: PostmanDeps, mail: WaitingMail): Promise<void> {
  const attempts = mail.attempts + 1;
  if (!mail.body) {
    await settleMail(db, mail.id, {
      attempts,
      nextAttemptAt: null,
      sentAt: null,
      error: 'it cannot be opened',
    });
    return;
  }
  try {
    await send(mail.recipient, mail.body);
    const sentAt = new Date(now()).toISOString();
    await settleMail(db, mail.id, { attempts, nextAttemptAt: null, sentAt, error: null });
  } catch (cause) {
    const waitMinutes = isFinal(cause) ? undefined : RETRY_MINUTES[mail.attempts];
    const nextAttemptAt =
      waitMinutes === undefined ? null : new Date(now() + waitMinutes * 60_000).toISOString();
    const error = reasonOf(cause);
    await settleMail(db, mail.id, { attempts, nextAttemptAt, sentAt: null, error });
    log.warn(
      { mail_id: mail.id, kind: mail.kind, reason: error, next_attempt_at: nextAttemptAt },
      nextAttemptAt ? 'a mail could not be sent; it is tried again' : 'a mail was given up',
    );
  }
}

/** A code of 500 and above says that trying again will not help; but not before the mail was named. */
function isFinal(cause: unknown): boolean {
  const { responseCode, command } = cause as { responseCode?: number; command?: string };
  return (responseCode ?? 0) >= 500 && /^(RCPT TO|DATA)$/.test(command ?? '');
}

/** Without what it was answered in full: some servers repeat the address or worse. */
function reasonOf(cause: unknown): string {
  const { code, responseCode, command } = cause as { code?: string; responseCode?: number; command?: string };
  return [code ?? 'failed', responseCode, command]
    .filter((part) => part !== undefined)
    .join(' ')
    .slice(0, 200);
}
