import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { ALPHABET, crc32, KEY_LENGTH, mintKey, parseKey } from './format.ts';

const VECTOR = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

test('the published vector parses', () => {
  assert.equal(VECTOR.length, KEY_LENGTH);
  assert.deepEqual(parseKey(VECTOR), { publicId: '0123456789AB', prefix: 'instavm_sk_0123456789AB' });
});

test('minted keys parse, differ and use the whole alphabet', () => {
  const keys = Array.from({ length: 500 }, () => mintKey(randomBytes));
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) assert.ok(parseKey(key), key.slice(0, 23));
  assert.equal(new Set(keys.join('').replaceAll('instavm_sk_', '')).size, ALPHABET.length);
});

test('the alphabet has no modulo bias: bytes of 248 and above are drawn again', () => {
  const draws = [Uint8Array.from({ length: 60 }, () => 255), Uint8Array.from({ length: 60 }, (_, i) => i)];
  const key = mintKey(() => draws.shift() ?? new Uint8Array(60));
  assert.equal(key.slice(11, 21), ALPHABET.slice(0, 10));
});

test('no single wrong character at any position parses', () => {
  for (let at = 0; at < VECTOR.length; at++) {
    for (const letter of [...ALPHABET, '_', ' ', 'é', '\0']) {
      if (letter === VECTOR[at]) continue;
      assert.equal(parseKey(VECTOR.slice(0, at) + letter + VECTOR.slice(at + 1)), null, `position ${at}`);
    }
  }
});

test('no truncated or lengthened key parses', () => {
  for (let length = 0; length < VECTOR.length; length++)
    assert.equal(parseKey(VECTOR.slice(0, length)), null);
  assert.equal(parseKey(`${VECTOR}0`), null);
});

test('the checksum is that of zlib', () => {
  for (const text of ['', 'a', VECTOR.slice(0, 55)]) assert.equal(crc32(text), zlibCrc32(text));
});
