import { hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

export type LinkPurpose = Database['person_link']['purpose'];

const LIFE_MS: Record<LinkPurpose, number> = { reset_password: 3_600_000, verify_email: 86_400_000 };

/** Links that work once, for one person and one purpose. The token is in the link alone. */
export async function newLink(
  trx: Transaction<Database>,
  randomBytes: (size: number) => Uint8Array,
  person: { id: number; email: string },
  purpose: LinkPurpose,
  at: string,
): Promise<string> {
  const token = Buffer.from(randomBytes(32)).toString('base64url');
  await endLinks(trx, person.id, purpose, at);
  await trx
    .insertInto('person_link')
    .values({
      person_id: person.id,
      purpose,
      email: person.email,
      token_digest: digestOf(token),
      created_at: at,
      expires_at: new Date(Date.parse(at) + LIFE_MS[purpose]).toISOString(),
      used_at: null,
    })
    .execute();
  return token;
}

/** Uses it up. Null for one that never was, was used, replaced or is over, and for one to a former e-mail. */
export async function takeLink(
  trx: Transaction<Database>,
  token: string,
  purpose: LinkPurpose,
  at: string,
): Promise<{ personId: number } | null> {
  const link = await trx
    .selectFrom('person_link')
    .innerJoin('person', (join) =>
      join.onRef('person.id', '=', 'person_link.person_id').onRef('person.email', '=', 'person_link.email'),
    )
    .select(['person_link.id', 'person_id'])
    .where('token_digest', '=', digestOf(token))
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  if (!link) return null;
  await endLinks(trx, link.person_id, purpose, at);
  return { personId: link.person_id };
}

/** The newest link alone works. */
async function endLinks(
  trx: Transaction<Database>,
  personId: number,
  purpose: LinkPurpose,
  at: string,
): Promise<void> {
  await trx
    .updateTable('person_link')
    .set({ used_at: at })
    .where('person_id', '=', personId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .execute();
}

/** A plain hash is enough: nobody can try 256 random bits. */
function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
