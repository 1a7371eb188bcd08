import { type Slip, singleEdit } from './edits.ts';
import { foreignKind } from './foreign-kinds.ts';
import { KEY_LENGTH, KEY_PREFIX, PUBLIC_ID_LENGTH, parseKey } from './format.ts';
import { findSecrets, SECRET_KINDS } from './kinds.ts';

export type KeyTextCheck = { ok: true; key: string } | { ok: false; problem: string };

/**
 * Says offline what is wrong with the text of a key, in words that hold nothing of it. White space and line ends
 * around it are cut; inside they are a mistake. Places count from 1, in the text that was cut.
 */
export function checkKeyText(text: string): KeyTextCheck {
  const key = text.trim();
  if (parseKey(key)) return { ok: true, key };
  return { ok: false, problem: problemOf(key) };
}

/**
 * Older keys have no checksum: `instavm_sk_` + 32, or 43 characters without a prefix. Their text proves nothing:
 * only a server that has imported them can tell. `checkKeyText` calls the first truncated and the second no key.
 */
export function isOlderKeyText(text: string): boolean {
  return /^(?:instavm_sk_[0-9A-Za-z]{32}|(?!instavm_|whsec_)[0-9A-Za-z_-]{43})$/.test(text.trim());
}

/** What may be shown of a key: the public part. Text that is no key is not shown at all. */
export function maskKey(text: string): string {
  const key = text.trim();
  const shown = key.slice(0, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
  return /^instavm_sk_[0-9A-Za-z]{12}$/.test(shown) && key.length >= KEY_LENGTH - 10 ? `${shown}…` : '…';
}

function problemOf(key: string): string {
  if (key === '') return 'empty';
  if (/^["'`“”‘’«»]|["'`“”‘’«»]$/.test(key)) return 'quotes around it';
  return (
    kindProblem(key) ?? spaceProblem(key) ?? surroundings(key) ?? caseProblem(key) ?? slip(key) ?? shape(key)
  );
}

function kindProblem(key: string): string | null {
  for (const { prefix, name } of [SECRET_KINDS.sandbox_token, SECRET_KINDS.webhook_secret]) {
    if (key.startsWith(prefix)) return `a ${name}, not an API key`;
  }
  const foreign = foreignKind(key);
  return foreign && `this is not an InstaVM key: it looks like ${foreign}`;
}

function spaceProblem(key: string): string | null {
  if (!/\s/.test(key)) return null;
  const around = surroundings(key);
  if (around) return `extra space, and ${around}`;
  const joined = key.replace(/\s+/g, '');
  const isShort = joined.startsWith(KEY_PREFIX) && joined.length < KEY_LENGTH;
  return isShort ? `extra space, and ${shape(joined)}` : 'extra space';
}

/** A whole key that stands in more text: `Bearer ...`, `NAME=...`, a comma behind it, itself again. */
function surroundings(key: string): string | null {
  const at = findSecrets(key).find(({ kind }) => kind === 'api_key')?.at;
  if (at === undefined) return null;
  if (at === 0) return `too long: ${key.length} of ${KEY_LENGTH} characters`;
  return `more than a key: the key is characters ${at + 1} to ${at + KEY_LENGTH} of ${key.length}`;
}

function caseProblem(key: string): string | null {
  const isWrong = !key.startsWith(KEY_PREFIX) && key.toLowerCase().startsWith(KEY_PREFIX);
  return isWrong ? `wrong case: a key begins with ${KEY_PREFIX}` : null;
}

const SLIPS: Record<Slip, (at: number, length: number) => string> = {
  wrong: (at, length) => `one character is wrong: character ${at} of ${length}`,
  swapped: (at, length) => `two characters are swapped: characters ${at} and ${at + 1} of ${length}`,
  missing: (at) => `one character is missing: character ${at} of ${KEY_LENGTH}`,
  extra: (at, length) => `one character too many: character ${at} of ${length}`,
};

function slip(key: string): string | null {
  const edit = singleEdit(key);
  // A last character that is missing is what "truncated" says.
  if (!edit || (edit.slip === 'missing' && edit.at === KEY_LENGTH)) return null;
  return SLIPS[edit.slip](edit.at, key.length);
}

/** What is seen without the checksum's help. */
function shape(key: string): string {
  if (/[…•*]|\.\.\./.test(key)) return 'only the part that may be shown: the secret is cut out';
  if (!key.startsWith(KEY_PREFIX)) return beginning(key);
  if (key.length < KEY_LENGTH) return `truncated: ${key.length} of ${KEY_LENGTH} characters`;
  if (key.length > KEY_LENGTH) return `too long: ${key.length} of ${KEY_LENGTH} characters`;
  const strange = key.slice(KEY_PREFIX.length).search(/[^0-9A-Za-z]/);
  if (strange !== -1)
    return `holds a character that no key has: character ${KEY_PREFIX.length + strange + 1}`;
  // No single change of a character mends it, so this is certain.
  return 'more than one character is wrong';
}

function beginning(key: string): string {
  for (let cut = 1; cut <= KEY_PREFIX.length; cut++) {
    if (parseKey(KEY_PREFIX.slice(0, cut) + key)) return `its beginning is missing: ${KEY_PREFIX}`;
  }
  return `does not begin with ${KEY_PREFIX}`;
}
