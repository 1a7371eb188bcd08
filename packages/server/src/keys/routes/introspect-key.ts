import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { introspectKey as introspect } from '../introspection.ts';

export const introspectKey = (deps: Parameters<typeof introspect>[0] & { db: Kysely<Database> }) =>
  bind(apiKeys.introspect, async ({ principal }, { body }) => {
    const found = introspect(deps, principal, body.key, body.address ?? null);
    if (!found.active) return found;
    const { label } = await deps.db
      .selectFrom('api_key')
      .select('label')
      .where('id', '=', Number(found.jti))
      .executeTakeFirstOrThrow();
    return { ...found, label };
  });
