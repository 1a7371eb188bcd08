import { sshKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { listSshKeys as listRows } from '../store.ts';

export const listSshKeys = (deps: { db: Kysely<Database> }) =>
  bind(sshKeys.list, async ({ principal }) => {
    const rows = await listRows(deps.db, principal.accountId);
    return { keys: rows.map(({ account_id: _, ...row }) => row) };
  });
