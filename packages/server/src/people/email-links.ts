import type { Kysely, Transaction } from 'kysely';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import { newLink, takeLink } from './links.ts';
import type { PasswordHasher } from './password.ts';
import { normalizeEmail } from './person.ts';
import { findPersonByEmail, recordPerson, setPasswordHash } from './store.ts';

type Origin = Pick<Actor, 'address' | 'requestId'>;

/** Puts a link in line to be mailed, in the transaction that makes it. */
export type MailLink = (
  trx: Transaction<Database>,
  link: { email: string; name: string; token: string },
  at: string,
) => Promise<void>;

export interface EmailLinksDeps {
  db: Kysely<Database>;
  passwords: PasswordHasher;
  /** Null where mail is not set up. */
  mail: { reset: MailLink; verification: MailLink } | null;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/** What a person does by a link that proves their e-mail: a new password, or the proof itself. */
export class EmailLinks {
  readonly #deps: EmailLinksDeps;
  constructor(deps: EmailLinksDeps) {
    this.#deps = deps;
  }

  get isMailed(): boolean {
    return this.#deps.mail !== null;
  }

  /** Mails a link for a new password to a person who exists; does nothing for anybody else. */
  async mailReset(email: string): Promise<void> {
    const { db, mail, randomBytes } = this.#deps;
    const known = await findPersonByEmail(db, normalizeEmail(email));
    if (!known || !mail) return;
    const at = this.#nowText();
    await mutate(db, SYSTEM, at, async (trx) => {
      const person = await personIn(trx, known.id);
      if (await hadEnoughMail(trx, person.id, at)) return;
      const token = await newLink(trx, randomBytes, person, 'reset_password', at);
      await mail.reset(trx, { ...person, token }, at);
    });
  }

  /** For the operator, who hands it to the person. Null when there is no such person. */
  async resetToken(actor: Actor, email: string): Promise<string | null> {
    const { db, randomBytes } = this.#deps;
    const known = await findPersonByEmail(db, normalizeEmail(email));
    if (!known) return null;
    const at = this.#nowText();
    return mutate(db, actor, at, async (trx) =>
      newLink(trx, randomBytes, await personIn(trx, known.id), 'reset_password', at),
    );
  }

  /** Mails the link that proves an e-mail, unless it is proved. */
  async mailVerification(email: string): Promise<void> {
    const { db, mail, randomBytes } = this.#deps;
    const known = await findPersonByEmail(db, normalizeEmail(email));
    if (!known || !mail) return;
    const at = this.#nowText();
    await mutate(db, SYSTEM, at, async (trx) => {
      const person = await personIn(trx, known.id);
      if (person.email_verified === 1 || (await hadEnoughMail(trx, person.id, at))) return;
      const token = await newLink(trx, randomBytes, person, 'verify_email', at);
      await mail.verification(trx, { ...person, token }, at);
    });
  }

  /** A new password by link: every sign-in of the person ends, keys stay. Throws link_not_valid. */
  async reset(origin: Origin, token: string, password: string): Promise<void> {
    const { db, passwords } = this.#deps;
    const hash = await passwords.hash(password);
    const at = this.#nowText();
    await mutate(db, { ...origin, ...NOBODY }, at, async (trx) => {
      const personId = await this.#take(trx, token, 'reset_password', at);
      await setPasswordHash(trx, personId, hash, at);
      const ended = await trx
        .deleteFrom('person_session')
        .where('person_id', '=', personId)
        .executeTakeFirst();
      await trx.updateTable('person').set({ email_verified: 1 }).where('id', '=', personId).execute();
      await record(trx, origin, personId, 'person.password_reset', at, {
        ended_sessions: Number(ended.numDeletedRows),
      });
    });
  }

  /** Throws link_not_valid. */
  async verify(origin: Origin, token: string): Promise<void> {
    const at = this.#nowText();
    await mutate(this.#deps.db, { ...origin, ...NOBODY }, at, async (trx) => {
      const personId = await this.#take(trx, token, 'verify_email', at);
      await trx.updateTable('person').set({ email_verified: 1 }).where('id', '=', personId).execute();
      await record(trx, origin, personId, 'person.email_verified', at);
    });
  }

  async #take(
    trx: Transaction<Database>,
    token: string,
    purpose: 'reset_password' | 'verify_email',
    at: string,
  ): Promise<number> {
    const taken = await takeLink(trx, token, purpose, at);
    if (taken) return taken.personId;
    throw new ApiError(
      'link_not_valid',
      'This link was used, replaced by a newer one, or is too old. Ask for another.',
    );
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

const HOUR_MS = 3_600_000;
const LINKS_AN_HOUR = 5;

const SYSTEM: Actor = { type: 'system', id: 'mail', address: null, requestId: null };
const NOBODY = { type: 'person', id: '0' } as const;

/** Whoever knows an e-mail can ask for links to it: nobody's mailbox is filled that way. */
async function hadEnoughMail(trx: Transaction<Database>, personId: number, at: string): Promise<boolean> {
  const { links } = await trx
    .selectFrom('person_link')
    .select((eb) => eb.fn.countAll<number>().as('links'))
    .where('person_id', '=', personId)
    .where('created_at', '>', new Date(Date.parse(at) - HOUR_MS).toISOString())
    .executeTakeFirstOrThrow();
  return links >= LINKS_AN_HOUR;
}

async function personIn(trx: Transaction<Database>, id: number) {
  return trx
    .selectFrom('person')
    .select(['id', 'name', 'email', 'email_verified'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Into the trail of the account that they are in longest; one who is in none has no trail. */
async function record(
  trx: Transaction<Database>,
  origin: Origin,
  personId: number,
  event: 'person.password_reset' | 'person.email_verified',
  at: string,
  payload: Record<string, unknown> = {},
): Promise<void> {
  const member = await trx
    .selectFrom('member')
    .select('account_id')
    .where('person_id', '=', personId)
    .orderBy('created_at')
    .executeTakeFirst();
  if (!member) return;
  const actor: Actor = { ...origin, type: 'person', id: String(personId) };
  await recordPerson(trx, actor, event, { personId, accountId: member.account_id }, at, payload);
}
