import { KEY_LENGTH, KEY_PATTERN, KEY_PREFIX, PUBLIC_ID_LENGTH, parseKey, SIBLING_KINDS } from './format.ts';

export type KeyTextCheck = { ok: true; key: string } | { ok: false; problem: string };

/**
 * Says offline what is wrong with the text of a key, in words that hold nothing of it.
 * White space and line ends around it are cut; inside they are a mistake.
 */
export function checkKeyText(text: string): KeyTextCheck {
  const key = text.trim();
  if (key === '') return { ok: false, problem: 'empty' };
  for (const [prefix, kind] of Object.entries(SIBLING_KINDS)) {
    if (key.startsWith(prefix)) return { ok: false, problem: `${kind}, not an API key` };
  }
  if (/\s/.test(key)) return { ok: false, problem: 'extra space' };
  if (!key.startsWith(KEY_PREFIX)) return { ok: false, problem: `does not begin with ${KEY_PREFIX}` };
  if (key.length < KEY_LENGTH) {
    return { ok: false, problem: `truncated: ${key.length} of ${KEY_LENGTH} characters` };
  }
  if (key.length > KEY_LENGTH) {
    return { ok: false, problem: `too long: ${key.length} of ${KEY_LENGTH} characters` };
  }
  if (!KEY_PATTERN.test(key)) return { ok: false, problem: 'holds a character that no key has' };
  if (!parseKey(key)) return { ok: false, problem: 'one character is wrong' };
  return { ok: true, key };
}

/** What may be shown of a key: the public part. Text that is no key is not shown at all. */
export function maskKey(text: string): string {
  const key = text.trim();
  const shown = key.slice(0, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
  return /^instavm_sk_[0-9A-Za-z]{12}$/.test(shown) && key.length >= KEY_LENGTH - 10 ? `${shown}…` : '…';
}
