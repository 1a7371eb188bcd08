import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';

export const undoRotation = (deps: { findKey: FindVisibleKey; keys: KeyRing }) =>
  bind(apiKeys.undoRotation, async (context, { params }) => {
    const { id } = await deps.findKey(context.principal, params.id);
    return deps.keys.record(await deps.keys.undoRotation(actorOf(context), id));
  });
