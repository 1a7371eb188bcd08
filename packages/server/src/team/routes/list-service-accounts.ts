import { serviceAccounts } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { serviceAccountRecord } from '../service-account.ts';
import { listServiceAccounts as listRows } from '../service-account-store.ts';

export const listServiceAccounts = (deps: { db: Kysely<Database> }) =>
  bind(serviceAccounts.list, async ({ principal }) =>
    (await listRows(deps.db, principal.accountId)).map(serviceAccountRecord),
  );
