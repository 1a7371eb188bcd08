import type { Kysely, Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';

export interface NewPerson {
  name: string;
  email: string;
  passwordHash: string;
}

export interface MadePerson {
  personId: number;
  accountId: number;
}

/** Makes a person and the account that they own. Null when the e-mail is in use, or when `onlyFirst` and somebody exists. */
export async function insertPerson(
  db: Kysely<Database>,
  actor: Actor,
  person: NewPerson,
  at: string,
  options: { onlyFirst: boolean },
): Promise<MadePerson | null> {
  return mutate(db, actor, at, async (trx) => {
    if (options.onlyFirst && (await someoneExists(trx))) return null;
    const taken = await trx
      .selectFrom('person')
      .select('id')
      .where('email', '=', person.email)
      .executeTakeFirst();
    if (taken) return null;
    const times = { created_at: at, updated_at: at };
    const { id: personId } = await trx
      .insertInto('person')
      .values({ name: person.name, email: person.email, email_verified: 0, image: null, ...times })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: accountId } = await trx
      .insertInto('account')
      .values({ name: person.name, created_at: at })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('member')
      .values({ account_id: accountId, person_id: personId, role: 'owner', created_at: at })
      .execute();
    await trx
      .insertInto('person_credential')
      .values({
        person_id: personId,
        provider_id: 'credential',
        provider_account_id: String(personId),
        password: person.passwordHash,
        ...times,
      } as never)
      .execute();
    await recordChange(trx, at, actor, {
      accountId,
      event: 'person.created',
      resourceType: 'person',
      resourceId: String(personId),
    });
    return { personId, accountId };
  });
}

export async function someoneExists(db: Kysely<Database> | Transaction<Database>): Promise<boolean> {
  return (await db.selectFrom('person').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The account that a person works in: their own. */
export async function accountOfPerson(db: Kysely<Database>, personId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('member')
    .select('account_id')
    .where('person_id', '=', personId)
    .orderBy('account_id')
    .executeTakeFirst();
  return row?.account_id;
}

export async function findPerson(db: Kysely<Database>, personId: number) {
  return db
    .selectFrom('person')
    .select(['id', 'name', 'email', 'email_verified'])
    .where('id', '=', personId)
    .executeTakeFirst();
}

export async function findPersonByEmail(db: Kysely<Database>, email: string) {
  return db
    .selectFrom('person')
    .innerJoin('member', 'member.person_id', 'person.id')
    .select(['person.id', 'member.account_id'])
    .where('email', '=', email)
    .executeTakeFirst();
}
