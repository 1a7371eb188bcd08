import { sshKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { notFound } from '../../http/errors.ts';
import { deleteSshKey as deleteRow } from '../store.ts';

export const deleteSshKey = (deps: { db: Kysely<Database>; now(): number }) =>
  bind(sshKeys.delete, async (context, { params }) => {
    const at = new Date(deps.now()).toISOString();
    const found = await deleteRow(deps.db, actorOf(context), context.principal.accountId, params.id, at);
    if (!found) throw notFound('sshKeys');
    return { id: params.id, status: 'deleted' as const };
  });
