import { parseRateLimit } from '@instavm/contract/rate-limit';
import { type Pace, paceOf } from './gcra.ts';

/** The limits that a key has of its own. One object for all keys with the same ones. */
export interface KeyLimits {
  /** As both are stored. */
  readonly text: string;
  /** Null is the account's, else the server's; `off` is none. */
  readonly rate: Pace | 'off' | null;
  readonly concurrent: number | null;
}

export const NO_KEY_LIMITS: KeyLimits = { text: '', rate: null, concurrent: null };

const KEPT_MAX = 1000;

/** Few limits, many keys: each pair of texts is read once. */
export function keyLimits(): (rate: string | null, concurrent: number | null) => KeyLimits {
  const known = new Map<string, KeyLimits>();
  return (rate, concurrent) => {
    if (rate === null && concurrent === null) return NO_KEY_LIMITS;
    const text = `${rate ?? ''} ${concurrent ?? ''}`;
    let limits = known.get(text);
    if (!limits) {
      limits = { text, rate: readPace(rate), concurrent };
      if (known.size < KEPT_MAX) known.set(text, limits);
    }
    return limits;
  };
}

/** A stored limit; null for none. */
export function readPace(text: string | null): Pace | 'off' | null {
  const limit = text === null ? null : parseRateLimit(text);
  return limit === null || limit === 'off' ? limit : paceOf(limit);
}

/** The same where `off` and none are one. */
export function readOnlyPace(text: string | null): Pace | null {
  const pace = readPace(text);
  return pace === 'off' ? null : pace;
}
