import { checkKeyText, maskKey } from '@instavm/keyformat';
import type { ApiKey } from '../../api/types.ts';

export type KeyTextVerdict =
  | { kind: 'empty' }
  /** Not the text of a whole key. `advice` is what to do about it. */
  | { kind: 'wrong'; problem: string; advice: string }
  /** The text of a key, and which of ours it is, if any. Whether its secret is right only the server knows. */
  | { kind: 'right'; masked: string; known: ApiKey | null };

/** Says what a text is, offline: nothing of it leaves the browser. */
export function judgeKeyText(text: string, keys: readonly ApiKey[]): KeyTextVerdict {
  if (text.trim() === '') return { kind: 'empty' };
  const check = checkKeyText(text);
  if (!check.ok) return { kind: 'wrong', problem: check.problem, advice: adviceFor(check.problem) };
  const masked = maskKey(check.key);
  return {
    kind: 'right',
    masked,
    known: keys.find(({ key_prefix }) => check.key.startsWith(key_prefix)) ?? null,
  };
}

const ADVICE: [RegExp, string][] = [
  [
    /^(truncated|its beginning is missing|one character is missing)/,
    'Copy it again, from its first character to its last.',
  ],
  [/^extra space/, 'Take out what divides it, or copy it again in one piece.'],
  [
    /^(too long|more than a key|quotes|one character too many)/,
    'Copy the key alone, without what stands around it.',
  ],
  [
    /^(one character is wrong|two characters|more than one|wrong case|holds)/,
    'Copy it again instead of typing it.',
  ],
  [
    /secret is cut out$/,
    'What a list shows of a key is not the key. The whole text was shown once, when it was made.',
  ],
  [/not an (API|InstaVM) key/, 'It belongs elsewhere; where an API key is due it is refused.'],
  [/^does not begin/, 'It is a password, a token of something else, or only a part of a key.'],
];

function adviceFor(problem: string): string {
  return ADVICE.find(([pattern]) => pattern.test(problem))?.[1] ?? 'Copy it again from where it is kept.';
}
