import { account } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { findPerson } from '../store.ts';

export const getMe = (deps: { db: Kysely<Database> }) =>
  bind(account.me, async ({ principal }) => {
    const person = await findPerson(deps.db, principal.personId);
    if (!person) throw notFound('people');
    return {
      id: person.id,
      email: person.email,
      name: person.name,
      is_verified: person.email_verified === 1,
    };
  });
