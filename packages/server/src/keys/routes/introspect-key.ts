import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import { builtOnce } from '../../db/built-once.ts';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { introspectKey as introspect } from '../introspection.ts';

const labelOf = builtOnce((db) => db.selectFrom('api_key').select('label').where('id', '=', 0));

export const introspectKey = (deps: Parameters<typeof introspect>[0] & { db: Kysely<Database> }) =>
  bind(apiKeys.introspect, async ({ principal }, { body }) => {
    const found = introspect(deps, principal, body.key, body.address ?? null);
    if (!found.active) return found;
    const [row] = await labelOf(deps.db, [Number(found.jti)]);
    return { ...found, label: row!.label };
  });
