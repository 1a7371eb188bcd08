import { apiKeys } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { ApiError, notFound } from '../../http/errors.ts';
import { mustHold } from '../delegation.ts';
import { keyRecord, keyStatus } from '../key.ts';
import type { KeyRing } from '../key-ring.ts';
import type { LastUsed } from '../last-used.ts';
import { keyColumns } from '../settings.ts';
import { findKey } from '../store.ts';

export interface UpdateKeyDeps {
  db: Kysely<Database>;
  keys: KeyRing;
  lastUsed: LastUsed;
  now(): number;
}

export const updateKey = (deps: UpdateKeyDeps) =>
  bind(apiKeys.update, async (context, { params, body }) => {
    const { principal } = context;
    const row = await findKey(deps.db, principal, params.id);
    if (!row) throw notFound('apiKeys');
    if (principal.keyId === row.id) {
      throw new ApiError(
        'permission_denied',
        'A key cannot change itself. Use another key or the dashboard.',
      );
    }
    const status = keyStatus(row, deps.now());
    const ended = new ApiError(
      'key_not_editable',
      `This key is ${status}, which is final. Create a new one.`,
    );
    if (status !== 'active' && status !== 'disabled') throw ended;
    const columns = keyColumns(body, deps.now());
    mustHold(principal, columns.scopes ?? row.scopes);
    if (
      principal.environment !== null &&
      'environment' in columns &&
      columns.environment !== principal.environment
    ) {
      throw new ApiError(
        'permission_denied',
        `This API key can only change keys of ${principal.environment}.`,
      );
    }
    const changed =
      Object.keys(columns).length === 0 ? row : await deps.keys.update(actorOf(context), row.id, columns);
    if (!changed) throw ended;
    return keyRecord(changed, deps.lastUsed.get(row.id), deps.now());
  });
