import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { mintSecret, SECRET_KINDS, type SecretKind } from './kinds.ts';
import { scrubSecrets } from './scrub.ts';

const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];
const CANARIES = KINDS.map((kind) => {
  const secret = mintSecret(kind, randomBytes);
  const { prefix, publicLength } = SECRET_KINDS[kind];
  const shown = secret.slice(0, prefix.length + publicLength);
  return { secret, shown, hidden: secret.slice(shown.length) };
});

const percent = (text: string) =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`).join('');
const unicode = (text: string) =>
  [...text].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');

/** Every way that text or bytes are written down, each with a way back. */
const FORMS: Record<string, { write(secret: string): string; read(text: string): string }> = {
  text: { write: (secret) => secret, read: (text) => text },
  'percent-encoded': { write: percent, read: (text) => decodeURIComponent(text) },
  'percent-encoded here and there': {
    write: (secret) => secret.replaceAll('_', '%5f').replace(/(?<=.{20})(.)/g, (letter) => percent(letter)),
    read: (text) => decodeURIComponent(text),
  },
  'percent-encoded twice': {
    write: (secret) => encodeURIComponent(percent(secret)),
    read: (text) => decodeURIComponent(decodeURIComponent(text)),
  },
  'escaped for JSON': { write: unicode, read: (text) => JSON.parse(`"${text}"`) },
  'hexadecimal digits': {
    write: (secret) => Buffer.from(secret).toString('hex'),
    read: (text) => Buffer.from(text, 'hex').toString(),
  },
  'JSON of a Buffer': {
    write: (secret) => JSON.stringify(Buffer.from(secret)),
    read: (text) => Buffer.from(JSON.parse(text).data).toString(),
  },
  'JSON of bytes': {
    write: (secret) => JSON.stringify(new Uint8Array(Buffer.from(secret))),
    read: (text) => Buffer.from(Object.values(JSON.parse(text)) as number[]).toString(),
  },
};

for (const [form, { write, read }] of Object.entries(FORMS)) {
  test(`security: no secret is left in a text, as ${form}; the positive control reads it back`, () => {
    for (const { secret, hidden } of CANARIES) {
      assert.equal(read(write(secret)), secret);
      const clean = scrubSecrets(write(secret));
      assert.equal(clean.includes(hidden), false);
      let back = '';
      try {
        back = read(clean);
      } catch {}
      assert.equal(back.includes(hidden.slice(0, 4)), false, form);
    }
  });
}

test('security: a Buffer as an error shows it, and bytes in lines, hold nothing', () => {
  for (const { secret, hidden } of CANARIES) {
    for (const text of [inspect(Buffer.from(secret)), inspect(new Uint8Array(Buffer.from(secret)))]) {
      for (const shown of [text, JSON.stringify(text), JSON.stringify(JSON.stringify(text))]) {
        const [clean, codes] = [scrubSecrets(shown), [...hidden].slice(0, 4).map((c) => c.charCodeAt(0))];
        const escaped = clean.replace(/\\+n/g, ' ');
        assert.equal(new RegExp(codes.map((code) => code.toString(16)).join('\\s*')).test(escaped), false);
        assert.equal(new RegExp(codes.join(',\\s*')).test(escaped), false, clean);
      }
    }
  }
});

test('security: base64 of a secret is taken out wherever it begins', () => {
  for (const { secret } of CANARIES) {
    for (let before = 0; before < 9; before++) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${'u'.repeat(before)}${secret}:`).toString(encoding);
        const clean = scrubSecrets(`Basic ${text}`);
        assert.ok(clean.length < 30, clean);
      }
    }
  }
});

test('security: a secret that lost its end shows nothing either', () => {
  for (const { secret, shown } of CANARIES) {
    for (let length = shown.length + 1; length <= secret.length; length++) {
      assert.equal(scrubSecrets(`key=${secret.slice(0, length)} end`), `key=${shown}… end`);
    }
  }
});

test('security: secrets beside one another, between letters and in capitals are all cut', () => {
  const all = CANARIES.map(({ secret }) => secret).join('');
  assert.equal(scrubSecrets(`x${all}`), `x${CANARIES.map(({ shown }) => `${shown}…`).join('')}`);
  const [first] = CANARIES;
  const odd = first!.secret.replace('instavm_sk_', 'Instavm_SK_');
  assert.equal(scrubSecrets(`${odd} ${first!.secret}00`).includes(first!.hidden.slice(0, 8)), false);
});

test('text without a secret stays as it is', () => {
  for (const text of [
    '',
    'hello',
    'instavm_sk_',
    'instavm_sk_0123456789AB',
    'instavm_sk_0123456789AB…',
    'whsec_',
    '/v1/vms?name=a%20b%5Fc&x=%F0%9F%98%80',
    JSON.stringify({ time: 1700000000000, list: [1, 2, 3, 4, 5, 6, 7, 8, 9], id: 'b9f5c0d1-69ee-7300' }),
    String.raw`C:\users\x\y\u0041`,
  ]) {
    assert.equal(scrubSecrets(text), text);
  }
});

test('security: what is made to be slow takes time in proportion to its length', () => {
  const attacks = [
    '\\',
    '%25',
    '%',
    '1',
    '1,',
    '"0":',
    ' ',
    'instavm_sk_',
    'instavm_sk_%',
    'whsec_',
    '69',
    '\\u00',
    '1 \\n',
  ];
  const cost = (text: string) => {
    const began = process.cpuUsage();
    scrubSecrets(text);
    return process.cpuUsage(began).user;
  };
  for (const attack of attacks) {
    const text = attack.repeat(100_000 / attack.length);
    // Quadratic behaviour on 100 kB takes half a minute.
    assert.ok(cost(text) < 2_000_000, attack);
  }
});
