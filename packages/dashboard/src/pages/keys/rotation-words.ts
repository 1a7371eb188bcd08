import type { ApiKey, KeyRotation } from '../../api/types.ts';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';
import type { RotationPolicy } from './key-search.ts';
import { isLive } from './key-words.ts';

export interface RotationDraft {
  policy: RotationPolicy;
  /** For `on_first_use`: days until the old key ends at the latest. */
  latestDays: '1' | '7' | '30';
  /** For `at`, ISO. */
  at: string | null;
}

/** The body that starts a rotation; null while the form is not whole. */
export function rotationOf(draft: RotationDraft, now: number): KeyRotation | null {
  if (draft.policy === 'now') return { policy: 'now' };
  if (draft.policy === 'at') return rotationProblem(draft, now) ? null : { policy: 'at', at: draft.at };
  const at = new Date(now + Number(draft.latestDays) * MILLISECONDS_PER_DAY).toISOString();
  return { policy: 'on_first_use', at };
}

export function rotationProblem(draft: RotationDraft, now: number): string | null {
  if (draft.policy !== 'at') return null;
  if (draft.at === null) return 'Give a date and a time.';
  return Date.parse(draft.at) <= now ? 'This time has passed.' : null;
}

/** Where a rotation stands, from the records of both keys. */
export interface RotationState {
  /** The new key has made a call that was accepted. */
  isSeenWorking: boolean;
  /** The old key works no more. */
  hasOldEnded: boolean;
  /** Why it cannot be taken back; null when it can. */
  undoRefusal: string | null;
}

export function rotationState(old: ApiKey, next: ApiKey): RotationState {
  const isSeenWorking = next.last_used !== null;
  const hasOldEnded = !isLive(old);
  return { isSeenWorking, hasOldEnded, undoRefusal: undoRefusal(old, next) };
}

function undoRefusal(old: ApiKey, next: ApiKey): string | null {
  if (!isLive(old)) return 'The old key has ended. That is final.';
  if (next.last_used !== null) return 'The new key has been used: programs may hold it already.';
  if (!isLive(next)) return 'The new key has ended already.';
  return null;
}

/** How the old key ends, as the fourth step says it before it has. `when` is the latest time in words. */
export function endInWords(policy: RotationPolicy, when: string): string {
  if (policy === 'on_first_use') {
    return `It ends by itself when the new key first works, and ${when} at the latest.`;
  }
  return policy === 'at' ? `It ends by itself ${when}.` : 'It has ended at once.';
}
