import { hash, hkdfSync } from 'node:crypto';

/** All pepper secrets of an installation, as its file or its environment variable holds them. */
export interface PepperSet {
  /** Version -> secret of 32 to 64 bytes; the highest version is current. */
  versions: ReadonlyMap<number, Uint8Array>;
  /** What the cookies of people are signed with; null: it is derived from the oldest version. */
  signIn: Uint8Array | null;
}

export const PEPPER_VARIABLE = 'INSTAVM_PEPPER';

const SECRET_BYTES_MIN = 32;
/** A block of SHA-256: HMAC would hash a longer secret first. */
const SECRET_BYTES_MAX = 64;
const VERSION_MAX = 999_999;
const SIGN_IN = 'sign-in';

/** The secrets are wrong in form; the message holds nothing of them. */
export class PepperFormatError extends Error {
  override name = 'PepperFormatError';
}

export function currentVersion(set: PepperSet): number {
  return Math.max(...set.versions.keys());
}

/** `1:BASE64,2:BASE64`, and `sign-in:BASE64` where version 1 was retired. Throws PepperFormatError. */
export function parsePepperVariable(text: string): PepperSet {
  const entries = text.split(',').map((part): [string, string] => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new PepperFormatError('it is not a list like 1:BASE64,2:BASE64');
    return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
  });
  return pepperSetOf(entries);
}

/** What the environment says; null when the pepper is not kept there. */
export function readPepperVariable(
  env: Record<string, string | undefined>,
): { ok: true; value: PepperSet | null } | { ok: false; problems: string[] } {
  const text = env[PEPPER_VARIABLE]?.trim();
  if (!text) return { ok: true, value: null };
  try {
    return { ok: true, value: parsePepperVariable(text) };
  } catch (error) {
    return { ok: false, problems: [`${PEPPER_VARIABLE}: ${(error as Error).message}.`] };
  }
}

/** The text of `pepper.json`. Throws PepperFormatError. */
export function parsePepperFile(text: string): PepperSet {
  try {
    const { versions, sign_in: signIn } = JSON.parse(text) as {
      versions: Record<string, string>;
      sign_in?: string;
    };
    return pepperSetOf([
      ...Object.entries(versions),
      ...(signIn === undefined ? [] : [[SIGN_IN, signIn] as [string, string]]),
    ]);
  } catch (error) {
    throw error instanceof PepperFormatError ? error : new PepperFormatError('it is no JSON of a pepper');
  }
}

export function pepperFileText(set: PepperSet): string {
  const versions = Object.fromEntries(
    [...set.versions].map(([version, secret]) => [version, base64(secret)]),
  );
  return `${JSON.stringify({ versions, ...(set.signIn ? { sign_in: base64(set.signIn) } : {}) })}\n`;
}

/**
 * What tells two peppers apart without saying anything of them: 64 bits of a hash under a label of its own.
 * It may be stored and shown, because nobody can try all secrets of 32 random bytes.
 */
export function pepperFingerprint(secret: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('instavm pepper fingerprint\0'), secret])).slice(0, 16);
}

/** The secret of people's cookies. It outlives the pepper that it was derived from, once that is retired. */
export function signInSecret(set: PepperSet): Buffer {
  if (set.signIn) return Buffer.from(set.signIn);
  const oldest = set.versions.get(Math.min(...set.versions.keys()))!;
  return Buffer.from(hkdfSync('sha256', oldest, '', 'sessions of people', 32));
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function pepperSetOf(entries: [string, string][]): PepperSet {
  const versions = new Map<number, Uint8Array>();
  let signIn: Uint8Array | null = null;
  for (const [name, text] of entries) {
    const secret = Buffer.from(text, 'base64');
    if (secret.length < SECRET_BYTES_MIN || secret.length > SECRET_BYTES_MAX || !isBase64(text, secret)) {
      throw new PepperFormatError(
        `the secret of ${/^[\w-]{1,20}$/.test(name) ? name : 'one version'} is not ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes in base64`,
      );
    }
    if (name === SIGN_IN) {
      signIn = secret;
      continue;
    }
    const version = Number(name);
    if (!/^[1-9]\d*$/.test(name) || version > VERSION_MAX) {
      throw new PepperFormatError('a version is not a number from 1');
    }
    if (versions.has(version)) throw new PepperFormatError(`version ${version} is there twice`);
    versions.set(version, secret);
  }
  if (versions.size === 0) throw new PepperFormatError('it holds no version');
  return { versions, signIn };
}

/** Node's decoder skips what it does not know; a secret that was pasted wrongly must not pass as another one. */
function isBase64(text: string, decoded: Buffer): boolean {
  return decoded.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
}
