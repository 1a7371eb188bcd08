import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { mintKey } from './format.ts';
import { findSecrets, lengthOfKind, mintSecret, SECRET_KINDS, type SecretKind, secretAt } from './kinds.ts';

const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];

test('every kind is found by prefix and checksum, in any surroundings, and masked to its public part', () => {
  for (const kind of KINDS) {
    const secret = mintSecret(kind, randomBytes);
    assert.equal(secret.length, lengthOfKind(kind));
    const [found, ...more] = findSecrets(`a=x${secret}y;`);
    const { prefix, publicLength } = SECRET_KINDS[kind];
    const masked = `${secret.slice(0, prefix.length + publicLength)}…`;
    assert.deepEqual(found, { kind, secret, masked, at: 3 });
    assert.equal(more.length, 0);
  }
});

test('an API key by this name is the same as a minted key', () => {
  assert.equal(secretAt(mintKey(randomBytes))?.kind, 'api_key');
  assert.deepEqual([lengthOfKind('api_key'), lengthOfKind('webhook_secret')], [61, 44]);
});

test('one wrong character anywhere, or a missing end, is no secret', () => {
  for (const kind of KINDS) {
    const secret = mintSecret(kind, randomBytes);
    for (let at = 0; at < secret.length; at++) {
      for (const letter of ['0', 'Z', '_', 'é']) {
        if (letter === secret[at]) continue;
        assert.deepEqual(findSecrets(secret.slice(0, at) + letter + secret.slice(at + 1)), [], `place ${at}`);
      }
      assert.deepEqual(findSecrets(secret.slice(0, at)), []);
    }
  }
});

test('secrets without a gap between them are all found', () => {
  const all = KINDS.map((kind) => mintSecret(kind, randomBytes));
  assert.deepEqual(
    findSecrets(all.join('')).map(({ secret }) => secret),
    all,
  );
});
