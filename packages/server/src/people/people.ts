import type { Kysely, Transaction } from 'kysely';
import type { Owners } from '../auth/owners.ts';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { FirstRun } from './first-run.ts';
import type { PasswordHasher } from './password.ts';
import { normalizeEmail, type PersonInput } from './person.ts';
import {
  findPasswordHash,
  findPersonByEmail,
  insertPerson,
  insertPersonAlone,
  type MadePerson,
  recordPerson,
  setPasswordHash,
} from './store.ts';

export interface PeopleDeps {
  db: Kysely<Database>;
  owners: Owners;
  passwords: PasswordHasher;
  firstRun: FirstRun;
  now(): number;
}

/** The ways to make a person; whatever door it comes through closes the first-run link. */
export class People {
  readonly #deps: PeopleDeps;
  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /**
   * A person with an account of their own. Null when the e-mail is in use, or with `onlyFirst` when somebody
   * exists already.
   */
  async create(actor: Actor, input: PersonInput, options = { onlyFirst: false }): Promise<MadePerson | null> {
    const { db, firstRun, owners } = this.#deps;
    const made = await insertPerson(db, actor, await this.#hashed(input), this.#nowText(), options);
    if (!made) return null;
    firstRun.close();
    owners.account(made.accountId).isOpen = true;
    Object.assign(owners.member(made.accountId, made.personId), { role: 'owner', isActive: true });
    return made;
  }

  /**
   * By themselves, where the operator lets everybody. An e-mail in use gets the same answer in the same time: a hash
   * and a write, here into the trail of the person whom it belongs to.
   */
  async signUp(origin: Pick<Actor, 'address' | 'requestId'>, input: PersonInput): Promise<void> {
    const actor: Actor = { ...origin, type: 'person', id: '0' };
    if (await this.create(actor, input)) return;
    const known = await this.findByEmail(input.email);
    if (!known) return;
    const at = this.#nowText();
    await mutate(this.#deps.db, actor, at, (trx) =>
      recordPerson(
        trx,
        actor,
        'person.sign_up_refused',
        { personId: known.id, accountId: known.account_id },
        at,
      ),
    );
  }

  /** Prepares a person who joins another's account: the hash before, the rows inside the transaction of joining. */
  async prepare(
    input: PersonInput,
  ): Promise<(trx: Transaction<Database>, at: string, email: string) => Promise<number>> {
    const person = await this.#hashed(input);
    return async (trx, at, email) => {
      const id = email === person.email ? await insertPersonAlone(trx, person, at) : null;
      if (id === null) throw new ApiError('already_member', 'This person exists. Sign in, then accept.');
      return id;
    };
  }

  /** False when the current password is wrong. */
  async changePassword(
    actor: Actor,
    who: MadePerson,
    { current, next }: { current: string; next: string },
  ): Promise<boolean> {
    const { db, passwords } = this.#deps;
    const hash = await findPasswordHash(db, who.personId);
    if (hash === null || !(await passwords.verify(hash, current))) return false;
    const nextHash = await passwords.hash(next);
    const at = this.#nowText();
    await mutate(db, actor, at, async (trx) => {
      await setPasswordHash(trx, who.personId, nextHash, at);
      await recordPerson(trx, actor, 'person.updated', who, at, { fields: ['password'] });
    });
    return true;
  }

  /** Costs the same for an e-mail that nobody has. */
  async passwordIsRight(email: string, password: string): Promise<boolean> {
    const { db, passwords } = this.#deps;
    const person = await db
      .selectFrom('person')
      .select('id')
      .where('email', '=', normalizeEmail(email))
      .executeTakeFirst();
    const hash = person ? await findPasswordHash(db, person.id) : null;
    if (hash !== null) return passwords.verify(hash, password);
    await passwords.hash(password);
    return false;
  }

  findByEmail(email: string): Promise<{ id: number; account_id: number } | undefined> {
    return findPersonByEmail(this.#deps.db, normalizeEmail(email));
  }

  async #hashed(input: PersonInput) {
    return {
      name: input.name.trim(),
      email: normalizeEmail(input.email),
      passwordHash: await this.#deps.passwords.hash(input.password),
    };
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}
