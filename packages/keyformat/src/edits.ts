import { ALPHABET, KEY_LENGTH, parseKey } from './format.ts';

export type Slip = 'wrong' | 'swapped' | 'missing' | 'extra';

export interface Edit {
  slip: Slip;
  /** Place of the character that is to be changed, put in or taken out, from 1. Of a swap: the first of the two. */
  at: number;
}

/**
 * The one slip of typing that separates a text from a key whose checksum is right. The checksum confirms it: of
 * some 4,000 texts that are tried, a wrong one passes once in a million times. null when no single slip mends it,
 * or when several would. The mended key is not told: it goes into messages and logs.
 */
export function singleEdit(text: string): Edit | null {
  const mended = new Map<string, Edit>();
  for (const [candidate, edit] of candidates(text)) {
    // The same key by another edit (AA for A): the first place is as good as the next.
    if (!mended.has(candidate) && parseKey(candidate)) mended.set(candidate, edit);
  }
  return mended.size === 1 ? [...mended.values()][0]! : null;
}

function* candidates(text: string): Generator<[string, Edit]> {
  const missing = KEY_LENGTH - text.length;
  const letters = `${ALPHABET}_`;
  if (missing === 0) {
    for (let at = 0; at < text.length; at++) {
      const [before, here, after] = [text.slice(0, at), text[at]!, text.slice(at + 1)];
      for (const letter of letters) yield [before + letter + after, { slip: 'wrong', at: at + 1 }];
      yield [before + (after[0] ?? '') + here + after.slice(1), { slip: 'swapped', at: at + 1 }];
    }
  }
  if (missing === 1) {
    for (let at = 0; at <= text.length; at++) {
      for (const letter of letters)
        yield [text.slice(0, at) + letter + text.slice(at), { slip: 'missing', at: at + 1 }];
    }
  }
  if (missing === -1) {
    for (let at = 0; at < text.length; at++)
      yield [text.slice(0, at) + text.slice(at + 1), { slip: 'extra', at: at + 1 }];
  }
}
