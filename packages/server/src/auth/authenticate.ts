import { parseKey } from '@instavm/keyformat';
import type { KeyIndex } from '../keys/key-index.ts';
import { judgeKey, type KeyRefusal } from '../keys/verdict.ts';
import type { Peppers } from './pepper.ts';
import type { KeyPrincipal } from './principal.ts';

export type AuthenticationResult =
  | { ok: true; principal: KeyPrincipal }
  | { ok: false; code: 'invalid_api_key' | KeyRefusal };

export type Authenticator = (text: string, source: KeyPrincipal['source']) => AuthenticationResult;

const INVALID: AuthenticationResult = { ok: false, code: 'invalid_api_key' };

/**
 * Text of a key -> principal, from memory alone. Form and checksum come first and cost no look-up; an unknown id
 * and a wrong secret do the same work and give the same answer; only the right secret learns why it is refused.
 */
export function authenticator(index: KeyIndex, peppers: Peppers, now: () => number): Authenticator {
  return (text, source) => {
    const parsed = parseKey(text);
    if (!parsed) return INVALID;
    const key = index.get(parsed.publicId);
    const digest = peppers.digest(key?.pepperVersion ?? peppers.current, text);
    if (!digest || !index.digestMatches(key, digest) || !key) return INVALID;
    const refusal = judgeKey(key, now());
    if (refusal) return { ok: false, code: refusal };
    const { id: keyId, accountId, personId, environment, permissions, allowedCidrs } = key;
    return {
      ok: true,
      principal: {
        kind: 'api_key',
        keyId,
        publicId: parsed.publicId,
        accountId,
        personId,
        environment,
        permissions,
        allowedCidrs,
        source,
      },
    };
  };
}
