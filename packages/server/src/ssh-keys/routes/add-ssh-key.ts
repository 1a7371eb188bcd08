import { sshKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invalidField } from '../../http/errors.ts';
import { parseSshPublicKey } from '../ssh-key.ts';
import { addSshKey as addRow } from '../store.ts';

export const addSshKey = (deps: { db: Kysely<Database>; now(): number }) =>
  bind(sshKeys.create, async (context, { body }) => {
    const key = parseSshPublicKey(body.public_key);
    if (typeof key === 'string') throw invalidField('public_key', key);
    const at = new Date(deps.now()).toISOString();
    const { account_id: _, ...row } = await addRow(
      deps.db,
      actorOf(context),
      context.principal.accountId,
      key,
      at,
    );
    return row;
  });
