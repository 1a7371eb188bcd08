import { hash } from 'node:crypto';

/** Kinds of keys, and of how many fields each consists, its name included (RFC 4253, 5656, 8709; OpenSSH's PROTOCOL.u2f). */
const FIELDS_OF_KIND: Record<string, number> = {
  'ssh-ed25519': 2,
  'ssh-rsa': 3,
  'ecdsa-sha2-nistp256': 3,
  'ecdsa-sha2-nistp384': 3,
  'ecdsa-sha2-nistp521': 3,
  'sk-ssh-ed25519@openssh.com': 3,
  'sk-ecdsa-sha2-nistp256@openssh.com': 4,
};

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
  if (!Object.hasOwn(FIELDS_OF_KIND, kind)) return `a public key begins with its kind, such as ssh-ed25519`;
  const blob = Buffer.from(encoded, 'base64');
  const isCanonical = blob.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  const fields = fieldsOf(blob);
  const isOfKind = fields?.length === FIELDS_OF_KIND[kind] && fields?.[0]?.toString('latin1') === kind;
  if (!isCanonical || !isOfKind) return 'the key itself is damaged or cut off';
  return {
    publicKey: `${kind} ${encoded}`,
    fingerprint: `SHA256:${hash('sha256', blob, 'base64').replace(/=+$/, '')}`,
    comment: comment.join(' ').slice(0, 200),
  };
}

/** Each field is its length in four bytes and itself. Null when they do not fill the key exactly, or one is empty. */
function fieldsOf(blob: Buffer): Buffer[] | null {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length || end === at + 4) return null;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
