import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import { actorOf } from '../../http/context.ts';
import { ended } from '../ended.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';

export const disableKey = (deps: { findKey: FindVisibleKey; keys: KeyRing }) =>
  bind(apiKeys.disable, async (context, { params }) => {
    const known = await deps.findKey(context.principal, params.id);
    const row = await deps.keys.setDisabled(actorOf(context), known.id, true);
    if (!row) throw ended(deps.keys.record(known).status);
    return deps.keys.record(row);
  });
