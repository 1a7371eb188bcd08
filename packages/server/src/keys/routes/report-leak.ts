import { apiKeys } from '@instavm/contract';
import { type KnownCredentials, keyOfText } from '../../auth/authenticate.ts';
import { bind } from '../../http/bind.ts';
import type { KeyRing } from '../key-ring.ts';

/** Whoever holds the whole key may end it, without a credential; the answer is the same for every text. */
export const reportLeak = (deps: KnownCredentials & { keys: KeyRing }) =>
  bind(apiKeys.reportLeak, async ({ address, requestId }, { body }) => {
    const found = keyOfText(deps, body.key.trim());
    const reporter = { type: 'system', id: 'leak-report', address, requestId } as const;
    if (found) await deps.keys.end(reporter, [found.key.id], 'leaked');
    return { status: 'received' as const };
  });
