import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { invalidField } from '../../http/errors.ts';
import { retryOf } from '../../http/retry.ts';
import { mustHold } from '../delegation.ts';
import { mustBeChangeable } from '../ended.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';

/** Whoever rotates a key learns the secret of its successor, so they must hold all that it may do. */
export const rotateKey = (deps: { findKey: FindVisibleKey; keys: KeyRing; now(): number }) =>
  bind(
    apiKeys.rotate,
    async (context, { params, body }) => {
      const row = await deps.findKey(context.principal, params.id);
      mustBeChangeable(row);
      mustHold(context.principal, deps.keys.permissionsOf(row));
      if (body.at && Date.parse(body.at) <= deps.now()) {
        throw invalidField('at', 'this time has passed; give one in the future, or the policy `now`');
      }
      const rotated = await deps.keys.rotate(
        actorOf(context),
        row.id,
        { policy: body.policy ?? 'on_first_use', at: body.at ?? null },
        { created_from_address: context.address, created_from_client: context.client },
        retryOf(context, apiKeys.rotate, { params, body }),
      );
      context.isReplay = rotated.isReplay;
      const previous = deps.keys.record(rotated.previous);
      return {
        ...deps.keys.record(rotated.row),
        full_key: rotated.fullKey,
        previous: {
          id: previous.id,
          status: previous.status,
          ends_at: rotated.previous.ended_at ?? rotated.previous.rotation_ends_at!,
        },
      };
    },
    { knowsRepeats: true },
  );
