import { members } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { memberRecord } from '../member.ts';
import { listMembers as listRows } from '../member-store.ts';

export const listMembers = (deps: { db: Kysely<Database> }) =>
  bind(members.list, async ({ principal }) =>
    (await listRows(deps.db, principal.accountId)).map(memberRecord),
  );
