import { hash } from 'node:crypto';

const KINDS = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);

export interface SshPublicKey {
  /** Kind and key, without the comment. */
  publicKey: string;
  /** `SHA256:` and unpadded base64, as ssh-keygen prints it. */
  fingerprint: string;
  comment: string;
}

/** One line of an `authorized_keys` or `.pub` file, without options. A string says what is wrong. */
export function parseSshPublicKey(text: string): SshPublicKey | string {
  const line = text.trim();
  if (line.includes('PRIVATE KEY'))
    return 'this is a private key; send the public one, the file that ends in .pub';
  if (/[\r\n]/.test(line)) return 'a public key is one line';
  const [kind = '', encoded = '', ...comment] = line.split(/\s+/);
  if (!KINDS.has(kind)) return `a public key begins with its kind, such as ssh-ed25519`;
  const blob = Buffer.from(encoded, 'base64');
  const isCanonical = blob.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  const nameLength = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const isOfKind =
    blob.subarray(4, 4 + nameLength).toString('latin1') === kind && blob.length > 4 + nameLength + 4;
  if (!isCanonical || !isOfKind) return 'the key itself is damaged or cut off';
  return {
    publicKey: `${kind} ${encoded}`,
    fingerprint: `SHA256:${hash('sha256', blob, 'base64').replace(/=+$/, '')}`,
    comment: comment.join(' ').slice(0, 200),
  };
}
