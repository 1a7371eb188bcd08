import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { notFound } from '../../http/errors.ts';
import { keyRecord } from '../key.ts';
import type { LastUsed } from '../last-used.ts';
import { findKey } from '../store.ts';

export const getKey = (deps: { db: Kysely<Database>; lastUsed: LastUsed; now(): number }) =>
  bind(apiKeys.get, async ({ principal }, { params }) => {
    const row = await findKey(deps.db, principal, params.id);
    if (!row) throw notFound('apiKeys');
    return keyRecord(row, deps.lastUsed.get(row.id), deps.now());
  });
