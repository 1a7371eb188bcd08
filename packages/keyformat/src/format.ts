/**
 * The text of an API key (61 characters):
 * `instavm_sk_` + 12 public id + 32 secret + 6 checksum, all base62. The checksum is the CRC-32 of the first
 * 55 characters: it tells a typing error from a wrong key without asking anyone. It protects nothing.
 */
export const KEY_PREFIX = 'instavm_sk_';
export const PUBLIC_ID_LENGTH = 12;
export const SECRET_LENGTH = 32;
export const CHECKSUM_LENGTH = 6;
export const KEY_LENGTH = KEY_PREFIX.length + PUBLIC_ID_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;
export const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const KEY_PATTERN = /^instavm_sk_[0-9A-Za-z]{50}$/;

export interface ParsedKey {
  /** 12 characters; may be shown, logged and stored. */
  publicId: string;
  /** `instavm_sk_` + public id. */
  prefix: string;
}

/** A key of an account, or a token of one machine: what may stand in `X-API-Key`. */
export type CredentialKind = 'api_key' | 'sandbox_token';

const CHECKED_LENGTH = KEY_LENGTH - CHECKSUM_LENGTH;

/** The public part of a key whose form and checksum are right, else null. Says nothing about whether it exists. */
export function parseKey(text: string): ParsedKey | null {
  if (text.length !== KEY_LENGTH || !KEY_PATTERN.test(text)) return null;
  if (crc32(text, CHECKED_LENGTH) !== numberAt(text, CHECKED_LENGTH)) return null;
  const prefix = text.slice(0, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
  return { publicId: prefix.slice(KEY_PREFIX.length), prefix };
}

const CREDENTIAL_PATTERN = /^instavm_s[kt]_[0-9A-Za-z]{50}$/;
const KIND_AT = 9;

/** As `parseKey`, of a sandbox token (`instavm_st_`) too, which has the same form. */
export function parseCredential(text: string): { kind: CredentialKind; publicId: string } | null {
  if (text.length !== KEY_LENGTH || !CREDENTIAL_PATTERN.test(text)) return null;
  if (crc32(text, CHECKED_LENGTH) !== numberAt(text, CHECKED_LENGTH)) return null;
  return {
    kind: text[KIND_AT] === 'k' ? 'api_key' : 'sandbox_token',
    publicId: text.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH),
  };
}

/** A fresh key. `randomBytes` must come from the system's secure generator. */
export function mintKey(randomBytes: (size: number) => Uint8Array): string {
  const body = KEY_PREFIX + randomBase62(PUBLIC_ID_LENGTH + SECRET_LENGTH, randomBytes);
  return body + checksum(body);
}

/** `length` characters of base62, each equally likely: bytes of 248 and above are drawn again. */
export function randomBase62(length: number, randomBytes: (size: number) => Uint8Array): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 8)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}

/** Six base62 characters, most significant first, zero-padded. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    out = ALPHABET[rest % 62] + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The six characters of a checksum as a number; of a text that KEY_PATTERN has taken. */
function numberAt(text: string, start: number): number {
  let value = 0;
  for (let i = start; i < start + CHECKSUM_LENGTH; i++) value = value * 62 + DIGITS[text.charCodeAt(i)]!;
  return value;
}

const DIGITS = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))),
);

/** CRC-32 as in zlib, of the first `length` characters of ASCII text. Written out because this also runs in the browser. */
export function crc32(text: string, length = text.length): number {
  let crc = 0xffffffff;
  for (let i = 0; i < length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ text.charCodeAt(i)) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
