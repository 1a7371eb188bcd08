import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { peppersFrom } from './pepper.ts';

test('a digest is the HMAC-SHA-256 of Node for secrets and texts of every length', () => {
  for (let secretLength = 1; secretLength <= 64; secretLength++) {
    const secret = randomBytes(secretLength);
    const peppers = peppersFrom(new Map([[1, secret]]));
    for (const length of [0, 1, 31, 55, 56, 61, 63, 64, 65, 119, 128, 500, 1024]) {
      const text = randomBytes(length).toString('base64url').slice(0, length);
      assert.deepEqual(peppers.digest(1, text), createHmac('sha256', secret).update(text).digest());
    }
  }
});

test('a long text leaves nothing behind for the short one after it', () => {
  const secret = randomBytes(32);
  const peppers = peppersFrom(new Map([[1, secret]]));
  const expected = peppers.digest(1, 'short');
  peppers.digest(1, 'x'.repeat(1000));
  assert.deepEqual(peppers.digest(1, 'short'), expected);
});

test('digests stay what they were when the next one is made', () => {
  const peppers = peppersFrom(new Map([[1, randomBytes(32)]]));
  const first = peppers.digest(1, 'a')!;
  const copy = Buffer.from(first);
  peppers.digest(1, 'b');
  assert.deepEqual(first, copy);
});

test('the highest version is current, each version has a secret of its own, an unknown one has none', () => {
  const peppers = peppersFrom(
    new Map([
      [2, randomBytes(32)],
      [10, randomBytes(32)],
      [1, randomBytes(32)],
    ]),
  );
  assert.equal(peppers.current, 10);
  assert.notDeepEqual(peppers.digest(1, 'key'), peppers.digest(2, 'key'));
  assert.equal(peppers.digest(3, 'key'), null);
});

test('a secret longer than a block is refused, because HMAC would hash it first', () => {
  assert.throws(() => peppersFrom(new Map([[1, randomBytes(65)]])), RangeError);
});

test('a rotation is in force for the next digest, and a retired version has none', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const peppers = peppersFrom(new Map([[1, old]]));
  const before = peppers.digest(1, 'key');
  peppers.use(new Map([[1, old], [2, fresh]])); // biome-ignore format: a pair a version
  assert.equal(peppers.current, 2);
  assert.deepEqual(peppers.digest(1, 'key'), before);
  assert.notDeepEqual(peppers.digest(2, 'key'), before);
  peppers.use(new Map([[2, fresh]]));
  assert.equal(peppers.digest(1, 'key'), null);
});
