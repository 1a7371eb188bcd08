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
    const personId = await insertPersonAlone(trx, person, at);
    if (personId === null) return null;
    const { id: accountId } = await trx
      .insertInto('account')
      .values({ name: person.name, created_at: at } as never)
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('member')
      .values({
        account_id: accountId,
        person_id: personId,
        role: 'owner',
        created_at: at,
        suspended_at: null,
      })
      .execute();
    await recordPerson(trx, actor, 'person.created', { personId, accountId }, at);
    return { personId, accountId };
  });
}

/** A person without an account of their own: one who joins another's. Null when the e-mail is in use. */
export async function insertPersonAlone(
  trx: Transaction<Database>,
  person: NewPerson,
  at: string,
): Promise<number | null> {
  const taken = await trx
    .selectFrom('person')
    .select('id')
    .where('email', '=', person.email)
    .executeTakeFirst();
  if (taken) return null;
  const times = { created_at: at, updated_at: at };
  const { id } = await trx
    .insertInto('person')
    .values({ name: person.name, email: person.email, email_verified: 0, image: null, ...times })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('person_credential')
    .values({
      person_id: id,
      provider_id: 'credential',
      provider_account_id: String(id),
      password: person.passwordHash,
      ...times,
    } as never)
    .execute();
  return id;
}

/** What happens to a person is written to the trail of the account that they work in. */
export async function recordPerson(
  trx: Transaction<Database>,
  actor: Actor,
  event:
    | 'person.created'
    | 'person.updated'
    | 'person.sign_up_refused'
    | 'person.password_reset'
    | 'person.email_verified',
  { personId, accountId }: MadePerson,
  at: string,
  payload: Record<string, unknown> = {},
): Promise<void> {
  await recordChange(trx, at, actor, {
    accountId,
    event,
    resourceType: 'person',
    resourceId: String(personId),
    payload,
  });
}

export async function findPasswordHash(db: Kysely<Database>, personId: number): Promise<string | null> {
  const row = await db
    .selectFrom('person_credential')
    .select('password')
    .where('person_id', '=', personId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst();
  return row?.password ?? null;
}

export async function setPasswordHash(
  trx: Transaction<Database>,
  personId: number,
  passwordHash: string,
  at: string,
): Promise<void> {
  await trx
    .updateTable('person_credential')
    .set({ password: passwordHash, updated_at: at })
    .where('person_id', '=', personId)
    .where('provider_id', '=', 'credential')
    .execute();
}

export async function someoneExists(db: Kysely<Database> | Transaction<Database>): Promise<boolean> {
  return (await db.selectFrom('person').select('id').limit(1).executeTakeFirst()) !== undefined;
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
    .orderBy('member.created_at')
    .orderBy('member.account_id')
    .executeTakeFirst();
}
