import { type KnownCredentials, keyOfText } from '../auth/authenticate.ts';
import type { KeyRing } from './key-ring.ts';

/** A key that is sent wrongly again and again is noted once in this time. */
const AGAIN_AFTER_MS = 60_000;
const NOTED_MAX = 10_000;

/** Notes that a real key was where others may have read it; does nothing for any other text. */
export function noteExposure(
  deps: KnownCredentials & { keys: KeyRing; now(): number },
  how: 'sent_in_clear' | 'seen_in_url',
) {
  const notedAtMs = new Map<number, number>();
  return async (text: string, address: string): Promise<void> => {
    const found = keyOfText(deps, text);
    if (!found) return;
    const { id } = found.key;
    const nowMs = deps.now();
    if (nowMs - (notedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return;
    if (notedAtMs.size >= NOTED_MAX) notedAtMs.clear();
    notedAtMs.set(id, nowMs);
    await deps.keys.noteExposure(id, how, address);
  };
}
