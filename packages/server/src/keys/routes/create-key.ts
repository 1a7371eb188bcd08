import { apiKeys } from '@instavm/contract';
import type { Owners } from '../../auth/owners.ts';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invalidField } from '../../http/errors.ts';
import { retryOf } from '../../http/retry.ts';
import { mustHold, mustStayInside } from '../delegation.ts';
import type { KeyRing } from '../key-ring.ts';
import { NO_KEY_BOUNDS } from '../new-key.ts';
import { keyColumns } from '../settings.ts';

export const createKey = (deps: { keys: KeyRing; owners: Owners; now(): number }) =>
  bind(
    apiKeys.create,
    async (context, { body }) => {
      const { principal } = context;
      const { service_account_id: askedOwner, ...fields } = body;
      const columns = keyColumns(fields, deps.now());
      const environment = columns.environment ?? principal.environment;
      mustStayInside(principal, environment);
      const ownOwner = principal.kind === 'api_key' ? principal.serviceAccountId : null;
      const owned = {
        account_id: principal.accountId,
        person_id: principal.personId,
        service_account_id: askedOwner ?? ownOwner,
        scopes: columns.scopes ?? JSON.stringify(['full']),
      };
      if (!deps.owners.of(owned).isActive) {
        throw invalidField(
          'service_account_id',
          'this account has no such service account, or it is suspended',
        );
      }
      mustHold(principal, deps.keys.permissionsOf(owned));
      const settings = {
        label: null,
        description: null,
        owner: null,
        not_before: null,
        expires_at: null,
        idle_expiry_days: null,
        allowed_cidrs: '[]',
        ...NO_KEY_BOUNDS,
        ...columns,
        ...owned,
        environment,
        created_from_address: context.address,
        created_from_client: context.client,
      };
      const retry = retryOf(context, apiKeys.create, body);
      const { row, fullKey, isReplay } = await deps.keys.create(actorOf(context), settings, retry);
      context.isReplay = isReplay;
      return { ...deps.keys.record(row), full_key: fullKey };
    },
    { knowsRepeats: true },
  );
