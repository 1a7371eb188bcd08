import { parseKey } from '@instavm/keyformat';
import type { IndexedKey, KeyIndex } from '../keys/key-index.ts';
import { judgeKey, type KeyRefusal } from '../keys/verdict.ts';
import type { Peppers } from './pepper.ts';
import { type KeyPrincipal, keyPrincipal } from './principal.ts';

export type AuthenticationResult =
  | { ok: true; principal: KeyPrincipal }
  | {
      ok: false;
      code: 'invalid_api_key' | KeyRefusal;
      /** Set for a well-formed key that is not right: it counts as an attempt to guess this one. */
      guessedId: string | null;
    };

export type Authenticator = (text: string, source: KeyPrincipal['source']) => AuthenticationResult;

const MALFORMED: AuthenticationResult = { ok: false, code: 'invalid_api_key', guessedId: null };

export interface AuthenticatorDeps {
  index: KeyIndex;
  peppers: Peppers;
  now(): number;
  /** Told of a right key whose digest was made with a retired pepper. Must not throw. */
  onOldPepper?(key: IndexedKey, publicId: string, text: string): void;
}

/** The public id in the text of a key, or the one that an imported key was given; null for any other text. */
function publicIdOf(
  { index, peppers }: Pick<AuthenticatorDeps, 'index' | 'peppers'>,
  text: string,
): string | null {
  return parseKey(text)?.publicId ?? index.legacy?.publicIdOf(text, peppers) ?? null;
}

/** Text of a key -> what is known of the key, its secret compared; `undefined` unless it is right. */
function findKey(
  { index, peppers }: Pick<AuthenticatorDeps, 'index' | 'peppers'>,
  publicId: string,
  text: string,
): IndexedKey | undefined {
  const candidate = index.candidate(publicId);
  const { current } = peppers;
  const digest = peppers.digest(candidate?.pepperVersion ?? current, text);
  // A key whose pepper was retired can match nothing, and takes as long as any other.
  const compared = digest ?? peppers.digest(current, text)!;
  const isRight = candidate !== undefined && index.digestMatches(candidate, compared);
  return isRight && digest !== null && candidate.isMeant ? candidate : undefined;
}

/** The key that a text is, with its secret compared; null for any other text. Whether it may be used is not asked. */
export function keyOfText(
  deps: Pick<AuthenticatorDeps, 'index' | 'peppers'>,
  text: string,
): { key: IndexedKey; publicId: string } | null {
  const publicId = publicIdOf(deps, text);
  const key = publicId === null ? undefined : findKey(deps, publicId, text);
  return publicId !== null && key ? { key, publicId } : null;
}

/**
 * Text of a key -> principal, from memory alone. Form and checksum come first and cost no look-up; an unknown id
 * and a wrong secret do the same work and give the same answer; only the right secret learns why it is refused.
 */
export function authenticator(deps: AuthenticatorDeps): Authenticator {
  return (text, source) => {
    const publicId = publicIdOf(deps, text);
    if (publicId === null) return MALFORMED;
    const key = findKey(deps, publicId, text);
    if (!key) return { ok: false, code: 'invalid_api_key', guessedId: publicId };
    const refusal = judgeKey(key, deps.now());
    if (refusal) return { ok: false, code: refusal, guessedId: null };
    if (key.pepperVersion !== deps.peppers.current) deps.onOldPepper?.(key, publicId, text);
    return { ok: true, principal: keyPrincipal(key, publicId, source) };
  };
}
