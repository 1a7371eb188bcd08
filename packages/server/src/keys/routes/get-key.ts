import { apiKeys } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { FindVisibleKey } from '../find-visible.ts';
import type { KeyRing } from '../key-ring.ts';

export const getKey = (deps: { findKey: FindVisibleKey; keys: KeyRing }) =>
  bind(apiKeys.get, async ({ principal }, { params }) =>
    deps.keys.record(await deps.findKey(principal, params.id)),
  );
