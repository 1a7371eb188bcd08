import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { KeyIndex } from './key-index.ts';
import type { KeyRing } from './key-ring.ts';
import { dueKeys, keysWithIdleExpiry } from './store.ts';
import { idleEndMs } from './verdict.ts';

const AT_ONCE_MAX = 200;

/**
 * Ends the keys whose time has run out. Requests with them are refused without it, from the very moment; it makes
 * the end last, also when the clock is set back or the server starts again, and writes it to the audit trail.
 */
export async function endDueKeys(deps: {
  db: Kysely<Database>;
  index: KeyIndex;
  keys: KeyRing;
  now(): number;
}): Promise<void> {
  const nowMs = deps.now();
  await deps.keys.endDue(await dueKeys(deps.db, new Date(nowMs).toISOString(), AT_ONCE_MAX));
  const idle = (await keysWithIdleExpiry(deps.db)).filter(({ public_id }) => {
    const key = deps.index.get(public_id);
    return key !== undefined && key.idleExpiryDays !== 0 && nowMs >= idleEndMs(key);
  });
  await deps.keys.endDue(idle.slice(0, AT_ONCE_MAX).map(({ id }) => ({ id, reason: 'idle' as const })));
}
