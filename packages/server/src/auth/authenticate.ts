import { type CredentialKind, parseCredential } from '@instavm/keyformat';
import type { IndexedKey, KeyIndex } from '../keys/key-index.ts';
import type { TokenIndex } from '../keys/token-index.ts';
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

/** Where the credentials of both kinds are found. */
export interface KnownCredentials {
  index: KeyIndex;
  tokens: TokenIndex;
  peppers: Peppers;
}

export interface AuthenticatorDeps extends KnownCredentials {
  now(): number;
  /** Told of a right key whose digest was made with a retired pepper. Must not throw. */
  onOldPepper?(key: IndexedKey, publicId: string, text: string): void;
}

/** What a text names: by its public id, or by the one that an imported key was given; null for any other text. */
function named(
  { index, peppers }: KnownCredentials,
  text: string,
): { kind: CredentialKind; publicId: string } | null {
  const parsed = parseCredential(text);
  if (parsed) return parsed;
  const publicId = index.legacy?.publicIdOf(text, peppers);
  return publicId ? { kind: 'api_key', publicId } : null;
}

/** Text of a key -> what is known of the key, its secret compared; `undefined` unless it is right. */
function findKey(
  deps: KnownCredentials,
  { kind, publicId }: { kind: CredentialKind; publicId: string },
  text: string,
): IndexedKey | undefined {
  const { peppers } = deps;
  const index = kind === 'api_key' ? deps.index : deps.tokens;
  const candidate = index.candidate(publicId);
  const { current } = peppers;
  const digest = peppers.digest(candidate?.pepperVersion ?? current, text);
  // A key whose pepper was retired can match nothing, and takes as long as any other.
  const compared = digest ?? peppers.digest(current, text)!;
  const isRight = candidate !== undefined && index.digestMatches(candidate, compared);
  return isRight && digest !== null && candidate.isMeant ? candidate : undefined;
}

/** The key or token that a text is, with its secret compared; null for any other text. Whether it may be used is not asked. */
export function keyOfText(
  deps: KnownCredentials,
  text: string,
): { key: IndexedKey; publicId: string } | null {
  const name = named(deps, text);
  const key = name ? findKey(deps, name, text) : undefined;
  return name && key ? { key, publicId: name.publicId } : null;
}

/**
 * Text of a key -> principal, from memory alone. Form and checksum come first and cost no look-up; an unknown id
 * and a wrong secret do the same work and give the same answer; only the right secret learns why it is refused.
 */
export function authenticator(deps: AuthenticatorDeps): Authenticator {
  return (text, source) => {
    const name = named(deps, text);
    if (name === null) return MALFORMED;
    const { publicId } = name;
    const key = findKey(deps, name, text);
    if (!key) return { ok: false, code: 'invalid_api_key', guessedId: publicId };
    const refusal = judgeKey(key, deps.now());
    if (refusal) return { ok: false, code: refusal, guessedId: null };
    if (key.pepperVersion !== deps.peppers.current) deps.onOldPepper?.(key, publicId, text);
    return { ok: true, principal: keyPrincipal(key, publicId, source) };
  };
}
