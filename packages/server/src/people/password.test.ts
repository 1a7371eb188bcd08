import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { passwordHasher } from './password.ts';

test('a password is verified by its own hash alone, and two hashes of it differ', async () => {
  const passwords = passwordHasher();
  const [a, b] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  assert.match(a, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(a, b);
  assert.equal(await passwords.verify(b, 'correct horse'), true);
  assert.equal(await passwords.verify(a, 'correct hors'), false);
});

test('security: a flood of sign-ins leaves threads free for everything else', async () => {
  const passwords = passwordHasher();
  let hashed = 0;
  const flood = Array.from({ length: 12 }, () => passwords.hash('x'.repeat(20)).then(() => (hashed += 1)));
  // The pool has four threads and takes work in order: were all hashes in it, this would come after nine of them.
  await stat(import.meta.filename);
  assert.ok(hashed < 6, `${hashed} hashes came first`);
  await Promise.all(flood);
  assert.equal(hashed, 12);
});

test('a hash that cannot be read frees its place for the next', async () => {
  const passwords = passwordHasher();
  const broken = Array.from({ length: 6 }, () => passwords.verify('no hash', 'x'));
  for (const result of await Promise.allSettled(broken)) assert.equal(result.status, 'rejected');
  const hash = await passwords.hash('afterwards');
  assert.equal(await passwords.verify(hash, 'afterwards'), true);
});
