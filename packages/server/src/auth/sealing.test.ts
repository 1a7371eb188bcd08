import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sealer } from './sealing.ts';

const SECRET = randomBytes(32);

test('a sealed text opens in its own place, under its own secret, and nowhere else', () => {
  const sealed = sealer(SECRET, randomBytes).seal('whsec_secret', 'row:1');
  assert.equal(sealer(SECRET, randomBytes).open(sealed, 'row:1'), 'whsec_secret');
  assert.equal(sealer(SECRET, randomBytes).open(sealed, 'row:2'), null, 'security: moved to another row');
  assert.equal(sealer(randomBytes(32), randomBytes).open(sealed, 'row:1'), null);
  sealed[sealed.length - 1]! ^= 1;
  assert.equal(sealer(SECRET, randomBytes).open(sealed, 'row:1'), null, 'security: changed');
  assert.equal(sealer(SECRET, randomBytes).open(new Uint8Array(3), 'row:1'), null);
});

test('security: a sealed text holds nothing of the text, and no two are alike', () => {
  const seal = () => sealer(SECRET, randomBytes).seal('whsec_secret', 'row:1');
  assert.equal(seal().includes('whsec_'), false);
  assert.notDeepEqual(seal(), seal());
});
