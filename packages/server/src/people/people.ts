import type { Kysely } from 'kysely';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import type { FirstRun } from './first-run.ts';
import type { PasswordHasher } from './password.ts';
import { normalizeEmail, type PersonInput } from './person.ts';
import { findPersonByEmail, insertPerson, type MadePerson } from './store.ts';

export interface PeopleDeps {
  db: Kysely<Database>;
  passwords: PasswordHasher;
  firstRun: FirstRun;
  now(): number;
}

/** The one way to make a person; whatever door it comes through closes the first-run link. */
export class People {
  readonly #deps: PeopleDeps;
  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /** Null when the e-mail is in use, or with `onlyFirst` when somebody exists already. */
  async create(actor: Actor, input: PersonInput, options = { onlyFirst: false }): Promise<MadePerson | null> {
    const { db, passwords, firstRun, now } = this.#deps;
    const person = {
      name: input.name.trim(),
      email: normalizeEmail(input.email),
      passwordHash: await passwords.hash(input.password),
    };
    const made = await insertPerson(db, actor, person, new Date(now()).toISOString(), options);
    if (made) firstRun.close();
    return made;
  }

  findByEmail(email: string): Promise<{ id: number; account_id: number } | undefined> {
    return findPersonByEmail(this.#deps.db, normalizeEmail(email));
  }
}
