import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps texts that the server must be able to read again, such as the secrets that it signs with. */
export interface Sealer {
  seal(text: string, place: string): Buffer;
  /** Null when it was sealed for another place or under another secret. */
  open(sealed: Uint8Array, place: string): string | null;
}

/**
 * AES-256-GCM under a key derived from the installation's secret, which is not in the database. `place` says what
 * the text belongs to (`webhook_endpoint:whe_...`): moved to another row it opens no more.
 */
export function sealer(secret: Uint8Array | string, randomBytes: (size: number) => Uint8Array): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'sealed texts', 32));
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      const bodyAt = NONCE_BYTES + TAG_BYTES;
      if (bytes.length < bodyAt) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(NONCE_BYTES, bodyAt));
        return decipher.update(bytes.subarray(bodyAt), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null;
      }
    },
  };
}
