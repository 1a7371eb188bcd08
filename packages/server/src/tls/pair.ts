import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export interface PairFiles {
  /** The server's certificate first, then those between it and the authority: PEM. */
  certFile: string;
  /** The private key, without a passphrase: PEM. */
  keyFile: string;
}

/** A certificate and its key that were found to fit and to be in force. */
export interface Pair {
  cert: string;
  key: string;
  certificate: X509Certificate;
}

/** Why two files cannot serve https, and what to do, in one line. */
export class PairError extends Error {
  override name = 'PairError';
}

const CERT = 'INSTAVM_TLS_CERT';
const KEY = 'INSTAVM_TLS_KEY';

/** Reads both files and checks all that can be checked before a client does. Throws PairError. */
export function readPair({ certFile, keyFile }: PairFiles, nowMs: number): Pair {
  const cert = readText(CERT, certFile, 'the certificate with its chain (of certbot: fullchain.pem)');
  const key = readText(KEY, keyFile, 'the private key of the certificate (of certbot: privkey.pem)');
  const certificate = parseCertificate(certFile, cert);
  if (!certificate.checkPrivateKey(parseKey(keyFile, key))) {
    throw new PairError(
      `${CERT}=${certFile} and ${KEY}=${keyFile} do not belong together: give the key that the first certificate ` +
        "of the file was made for, and the server's own certificate first.",
    );
  }
  if (nowMs >= certificate.validToDate.getTime()) {
    throw new PairError(
      `${CERT}=${certFile} expired at ${certificate.validToDate.toISOString()}; renew it and start again.`,
    );
  }
  if (nowMs < certificate.validFromDate.getTime()) {
    throw new PairError(
      `${CERT}=${certFile} is not valid before ${certificate.validFromDate.toISOString()}; check this machine's clock.`,
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new PairError(
      `${CERT}=${certFile} cannot be used (${(error as Error).message}); have it issued anew with a key of P-256 or RSA 2048 bits and more.`,
    );
  }
  return { cert, key, certificate };
}

/** The names and addresses that a certificate is for, as they stand in a URL; wildcards are left out. */
export function hostsOf(certificate: X509Certificate): string[] {
  const names = certificate.subjectAltName ?? '';
  return [...names.matchAll(/(?:^|, )(DNS|IP Address):([0-9A-Za-z.:_-]+)(?=,|$)/g)].flatMap(
    ([, kind, name]) => {
      const host = kind === 'DNS' || !name!.includes(':') ? name! : `[${name}]`;
      return URL.canParse(`https://${host}`) ? [new URL(`https://${host}`).hostname] : [];
    },
  );
}

function readText(variable: string, file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read by the user that the server runs as'
          : `cannot be read (${code})`;
    throw new PairError(`${variable}=${file} ${why}; give the file that holds ${what}.`);
  }
}

function parseCertificate(file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new PairError(
      `${CERT}=${file} holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----.`,
    );
  }
}

function parseKey(file: string, text: string) {
  try {
    return createPrivateKey(text);
  } catch {
    const isLocked = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text);
    throw new PairError(
      isLocked
        ? `${KEY}=${file} is locked with a passphrase; give one without: openssl pkey -in ${file} -out key.pem`
        : `${KEY}=${file} holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----.`,
    );
  }
}
