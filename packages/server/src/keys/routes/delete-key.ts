import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { notFound } from '../../http/errors.ts';
import type { KeyRing } from '../key-ring.ts';
import { findKey } from '../store.ts';

/** Refused from the next request on, once this has answered. Again: the same answer. */
export const deleteKey = (deps: { db: Kysely<Database>; keys: KeyRing }) =>
  bind(apiKeys.delete, async (context, { params }) => {
    const row = await findKey(deps.db, context.principal, params.id);
    if (!row) throw notFound('apiKeys');
    const revoked = await deps.keys.revoke(actorOf(context), row.id);
    return { status: 'revoked' as const, effective_at: revoked.revoked_at!, nodes_confirmed: '1/1' };
  });
