import { accounts } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { environmentRecord } from '../environment.ts';
import { allEnvironments } from '../environment-store.ts';

export const listEnvironments = (deps: { db: Kysely<Database> }) =>
  bind(accounts.listEnvironments, async ({ principal }) =>
    (await allEnvironments(deps.db, principal.accountId)).map(environmentRecord),
  );
