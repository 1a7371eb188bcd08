import type { KeyStatus } from '@instavm/contract/states';
import { spanWords } from './duration-words.ts';
import type { Use } from './last-used.ts';
import { DAY_MS } from './verdict.ts';

/** Unused for so long, a key is taken to be forgotten: longer than a monthly job waits between two runs. */
const FORGOTTEN_AFTER_DAYS = 35;

/** A new key may be about to be put in place. */
const NEW_FOR_DAYS = 7;

/** Whether anybody would miss the key, and from what that is concluded. */
export function safeToDelete(
  status: KeyStatus,
  createdAt: string,
  lastUsed: Use | null,
  nowMs: number,
): { verdict: boolean; reason: string } {
  if (status === 'revoked' || status === 'expired' || status === 'rotated') {
    return { verdict: true, reason: 'It has ended: nothing can use it.' };
  }
  const sinceMs = nowMs - Date.parse(lastUsed?.at ?? createdAt);
  const span = spanWords(sinceMs);
  if (lastUsed === null) {
    return sinceMs >= NEW_FOR_DAYS * DAY_MS
      ? { verdict: true, reason: `It was never used in the ${span} since it was made.` }
      : { verdict: false, reason: `It was made ${span} ago and may be about to be put in place.` };
  }
  const by = `${lastUsed.client || 'an unnamed client'} at ${lastUsed.address}`;
  return sinceMs >= FORGOTTEN_AFTER_DAYS * DAY_MS
    ? { verdict: true, reason: `It was last used ${span} ago, by ${by}.` }
    : { verdict: false, reason: `It was used ${span} ago, by ${by}.` };
}
