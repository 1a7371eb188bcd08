import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';

/** Refused from the next request on, once this has answered. Again: the same answer. */
export const deleteKey = (deps: { findKey: FindVisibleKey; keys: KeyRing }) =>
  bind(apiKeys.delete, async (context, { params }) => {
    const { id } = await deps.findKey(context.principal, params.id);
    const [ended] = await deps.keys.end(actorOf(context), [id], 'revoked');
    return {
      status: 'revoked' as const,
      effective_at: ended!.ended_at!,
      nodes_confirmed: deps.keys.refusedBy(ended!),
    };
  });
