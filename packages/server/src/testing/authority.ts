import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  /** PEM. */
  cert: string;
  key: string;
}

export interface CertificateOptions {
  notBefore?: Date;
  notAfter?: Date;
}

export interface Authority {
  /** PEM of its own certificate, which clients trust. */
  cert: string;
  /** A certificate for a server of these names and addresses. */
  issue(hosts: string[], options?: CertificateOptions): Certificate;
}

const DAY_MS = 86_400_000;

/** A certificate authority of one test: what a client of it trusts, nobody else does. */
export function makeAuthority(name = 'Test authority'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = distinguishedName(name);
  const keyId = keyIdOf(keys.publicKey);
  const build = (
    holder: Buffer,
    publicKey: KeyObject,
    extensions: Buffer[],
    { notBefore = new Date(Date.now() - DAY_MS), notAfter = new Date(Date.now() + 90 * DAY_MS) } = {},
  ) => {
    const body = sequence(
      tagged(0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      ECDSA_SHA256,
      subject,
      sequence(time(notBefore), time(notAfter)),
      holder,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(3, sequence(...extensions)),
    );
    return pem(sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, keys.privateKey))));
  };
  const authorityKeyId = extension('2.5.29.35', false, sequence(tlv(0x80, keyId)));
  const cert = build(subject, keys.publicKey, [
    extension('2.5.29.19', true, sequence(tlv(0x01, Buffer.from([0xff])))),
    extension('2.5.29.15', true, tlv(0x03, Buffer.from([1, 0x06]))),
    extension('2.5.29.14', false, tlv(0x04, keyId)),
  ]);
  return {
    cert,
    issue(hosts, options) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = [
        extension('2.5.29.19', true, sequence()),
        extension('2.5.29.15', true, tlv(0x03, Buffer.from([7, 0x80]))),
        extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', false, sequence(...hosts.map(generalName))),
        extension('2.5.29.14', false, tlv(0x04, keyIdOf(own.publicKey))),
        authorityKeyId,
      ];
      return {
        cert: build(distinguishedName(hosts[0]!), own.publicKey, extensions, options),
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      };
    },
  };
}

// What follows writes DER (X.690): a tag, a length, a content.

function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts);
const tagged = (number: number, content: Buffer) => tlv(0xa0 + number, content);
const integer = (bytes: Buffer) => tlv(0x02, bytes);
const bitString = (bytes: Buffer) => tlv(0x03, Buffer.from([0]), bytes);

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const ECDSA_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(objectId('2.5.4.3'), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...critical, tlv(0x04, value));
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return tlv(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIP(host) === 6) throw new Error('an IPv6 address in a certificate is not needed by any test yet');
  return tlv(0x82, Buffer.from(host));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  // Until 2049 the year is written with two digits (RFC 5280, 4.1.2.5).
  return digits < '2050'
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tlv(0x18, Buffer.from(`${digits}Z`));
}

function keyIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
