import type { AnomalyKind } from '@instavm/contract';

/** Each of these alone looks like somebody who should not have the key. */
const STRONG: ReadonlySet<AnomalyKind> = new Set(['two_places', 'wrong_environment']);

/** These say that somebody else may use the key, not only that its owner does more than usual. */
const OF_SOMEBODY_ELSE: ReadonlySet<AnomalyKind> = new Set(['new_place', 'new_client', 'awake']);

export const TOGETHER_WITHIN_MS = 60 * 60_000;

/**
 * Whether what was seen of a key within an hour is enough to disable it: one strong kind, or two different ones of
 * which one says that it may be somebody else. A program of the owner's that runs wild shows a rate and refusals, and
 * is not disabled for them.
 */
export function looksLikeAttack(kinds: ReadonlySet<AnomalyKind>): boolean {
  const all = [...kinds];
  return (
    all.some((kind) => STRONG.has(kind)) ||
    (kinds.size >= 2 && all.some((kind) => OF_SOMEBODY_ELSE.has(kind)))
  );
}
