import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  PepperFormatError,
  type PepperSet,
  parsePepperFile,
  parsePepperVariable,
  pepperFileText,
  pepperFingerprint,
  signInSecret,
} from './pepper-set.ts';

const secret = randomBytes(32);
const text = secret.toString('base64');
const plain = (set: PepperSet) => ({
  versions: [...set.versions].map(([version, bytes]) => [version, Buffer.from(bytes).toString('hex')]),
  signIn: set.signIn && Buffer.from(set.signIn).toString('hex'),
});

test('the variable lists versions in any order, with or without padding and blanks', () => {
  const second = randomBytes(64);
  const set = parsePepperVariable(` 2:${second.toString('base64').replace(/=+$/, '')} , 1:${text}`);
  assert.deepEqual([...set.versions.keys()].sort(), [1, 2]);
  assert.deepEqual(Buffer.from(set.versions.get(1)!), secret);
  assert.deepEqual(Buffer.from(set.versions.get(2)!), second);
});

test('what was written is read back the same, with and without a secret of people', () => {
  for (const signIn of [null, randomBytes(32)]) {
    const set: PepperSet = {
      versions: new Map([
        [2, randomBytes(32)],
        [11, secret],
      ]),
      signIn,
    };
    assert.deepEqual(plain(parsePepperFile(pepperFileText(set))), plain(set));
  }
});

test('security: a pepper that was pasted wrongly is refused and nothing of it is repeated', () => {
  for (const wrong of [
    '',
    text,
    `1:${text.slice(0, 30)}`,
    `1:${text.slice(0, 20)}!${text.slice(20)}`,
    `1:${text} 2:${text}`,
    `1:${randomBytes(65).toString('base64')}`,
    `0:${text}`,
    `1.5:${text}`,
    `-1:${text}`,
    `x:${text}`,
    `1:${text},1:${text}`,
    `sign-in:${text}`,
    `${text}:1`,
  ]) {
    assert.throws(
      () => parsePepperVariable(wrong),
      (error: Error) => error instanceof PepperFormatError && !error.message.includes(text.slice(0, 20)),
      wrong.replaceAll(text, 'SECRET'),
    );
  }
});

test('a fingerprint differs for each secret and holds nothing of it', () => {
  const seen = new Set(Array.from({ length: 100 }, () => pepperFingerprint(randomBytes(32))));
  assert.equal(seen.size, 100);
  assert.match(pepperFingerprint(secret), /^[0-9a-f]{16}$/);
  assert.equal(pepperFingerprint(secret), pepperFingerprint(Buffer.from(secret)));
});

test('people stay signed in when the pepper that their secret was derived from is retired', () => {
  const before = signInSecret({ versions: new Map([[1, secret]]), signIn: null });
  const rotated = new Map([
    [1, secret],
    [2, randomBytes(32)],
  ]);
  assert.deepEqual(signInSecret({ versions: rotated, signIn: null }), before);
  const retired = new Map([[2, rotated.get(2)!]]);
  assert.deepEqual(signInSecret({ versions: retired, signIn: before }), before);
  assert.notDeepEqual(signInSecret({ versions: retired, signIn: null }), before);
});
