import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { ApiError } from '../../http/errors.ts';
import { mustHold } from '../delegation.ts';
import { keyRecord } from '../key.ts';
import type { KeyRing } from '../key-ring.ts';
import { keyColumns } from '../settings.ts';

export const createKey = (deps: { keys: KeyRing; now(): number }) =>
  bind(apiKeys.create, async (context, { body }) => {
    const { principal } = context;
    const columns = keyColumns(body, deps.now());
    const environment = columns.environment ?? principal.environment;
    if (principal.environment !== null && environment !== principal.environment) {
      throw new ApiError('permission_denied', `This API key can make keys of ${principal.environment} only.`);
    }
    const scopes = columns.scopes ?? JSON.stringify(['full']);
    mustHold(principal, scopes);
    const { row, fullKey } = await deps.keys.create(actorOf(context), {
      account_id: principal.accountId,
      person_id: principal.personId,
      label: null,
      description: null,
      owner: null,
      not_before: null,
      expires_at: null,
      idle_expiry_days: null,
      allowed_cidrs: '[]',
      rate_limit: null,
      ...columns,
      scopes,
      environment,
      created_from_address: context.address,
      created_from_client: context.client,
    });
    return { ...keyRecord(row, null, deps.now()), full_key: fullKey };
  });
