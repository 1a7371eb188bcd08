import { ALPHABET, CHECKSUM_LENGTH, checksum, KEY_PREFIX, randomBase62, SECRET_LENGTH } from './format.ts';

/**
 * Every kind of secret that this product hands out. All end with the checksum of what stands before it, so that
 * a scanner knows a real one from a text that looks like it. Each is refused where another is due.
 */
export const SECRET_KINDS = {
  api_key: { prefix: KEY_PREFIX, publicLength: 12, name: 'API key' },
  sandbox_token: { prefix: 'instavm_st_', publicLength: 12, name: 'sandbox token' },
  webhook_secret: { prefix: 'whsec_', publicLength: 0, name: 'webhook secret' },
} as const satisfies Record<string, { prefix: string; publicLength: number; name: string }>;

export type SecretKind = keyof typeof SECRET_KINDS;

export interface FoundSecret {
  kind: SecretKind;
  /** The whole secret: for comparing and reporting, never to be shown. */
  secret: string;
  /** What may be shown of it: prefix and public id, and nothing of the rest. */
  masked: string;
}

const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];

/** How many characters a secret of this kind has. */
export function lengthOfKind(kind: SecretKind): number {
  const { prefix, publicLength } = SECRET_KINDS[kind];
  return prefix.length + publicLength + SECRET_LENGTH + CHECKSUM_LENGTH;
}

/** A fresh secret of a kind. `randomBytes` must come from the system's secure generator. */
export function mintSecret(kind: SecretKind, randomBytes: (size: number) => Uint8Array): string {
  const { prefix, publicLength } = SECRET_KINDS[kind];
  const body = prefix + randomBase62(publicLength + SECRET_LENGTH, randomBytes);
  return body + checksum(body);
}

/** The secret whose first character stands at `at`, if its form and checksum are right. What follows it does not matter. */
export function secretAt(text: string, at = 0): FoundSecret | null {
  for (const kind of KINDS) {
    const { prefix, publicLength } = SECRET_KINDS[kind];
    if (!text.startsWith(prefix, at)) continue;
    const secret = text.slice(at, at + lengthOfKind(kind));
    if (!hasRightChecksum(secret, kind)) return null;
    return { kind, secret, masked: `${secret.slice(0, prefix.length + publicLength)}…` };
  }
  return null;
}

/** Every whole secret in a text, in order. */
export function findSecrets(text: string): (FoundSecret & { at: number })[] {
  const found: (FoundSecret & { at: number })[] = [];
  for (const { index } of text.matchAll(/instavm_s[kt]_|whsec_/g)) {
    const secret = secretAt(text, index);
    if (secret) found.push({ ...secret, at: index });
  }
  return found;
}

function hasRightChecksum(secret: string, kind: SecretKind): boolean {
  if (secret.length !== lengthOfKind(kind)) return false;
  const body = secret.slice(0, -CHECKSUM_LENGTH);
  for (let at = SECRET_KINDS[kind].prefix.length; at < secret.length; at++) {
    if (!ALPHABET.includes(secret[at]!)) return false;
  }
  return checksum(body) === secret.slice(-CHECKSUM_LENGTH);
}
