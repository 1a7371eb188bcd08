import { apiKeys } from '@instavm/contract';
import { keyOfText } from '../../auth/authenticate.ts';
import type { Peppers } from '../../auth/pepper.ts';
import { bind } from '../../http/bind.ts';
import type { KeyIndex } from '../key-index.ts';
import type { KeyRing } from '../key-ring.ts';

/** Whoever holds the whole key may end it, without a credential; the answer is the same for every text. */
export const reportLeak = (deps: { index: KeyIndex; peppers: Peppers; keys: KeyRing }) =>
  bind(apiKeys.reportLeak, async ({ address, requestId }, { body }) => {
    const found = keyOfText(deps, body.key.trim());
    const reporter = { type: 'system', id: 'leak-report', address, requestId } as const;
    if (found) await deps.keys.end(reporter, [found.key.id], 'leaked');
    return { status: 'received' as const };
  });
