import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldBytes } from '../testing/heap.ts';
import { DAY_MS, HOME, usedKey, WatchedKey } from '../testing/key-use.ts';
import { newProfile, type Profile } from './profile.ts';
import { profileOfText, profileText } from './profile-text.ts';

/** One that remembers as much as it may. */
function fullKey(): WatchedKey {
  const key = new WatchedKey();
  for (let day = 0; day < 60; day++) {
    key.use({
      place: `2001:db${day.toString(16)}:${(9000 + day).toString(16)}::/48`,
      program: `some-program-of-length-${day}`,
      requests: 1000 + day,
      denied: 20,
      limited: 10,
      atMs: key.atMs + DAY_MS + 1,
      environment: 'production',
      isInside: day % 2 === 0,
    });
  }
  const last = '2001:db3b:2363::/48';
  for (let turn = 0; turn < 6; turn++) key.use({ place: turn % 2 === 0 ? '2001:dbff:1::/48' : last });
  return key;
}

test('what is usual for a key takes at most 2 kB of memory, and of the disk, however it is used', () => {
  const text = profileText(fullKey().profile);
  assert.ok(text.length <= 2048, `${text.length} characters`);
  const kept: Profile[] = [];
  const before = heldBytes();
  for (let i = 0; i < 5000; i++) kept.push(profileOfText(text));
  const each = (heldBytes() - before) / kept.length;
  assert.ok(each <= 2048, `${each} bytes`);
});

test('what was learned is the same after it was written and read', () => {
  for (const key of [new WatchedKey(), usedKey(), fullKey()]) {
    assert.deepEqual(profileOfText(profileText(key.profile)), key.profile);
  }
});

test('a text of another version begins anew', () => {
  assert.deepEqual(profileOfText('{"v":0,"days":7}'), newProfile());
});

test('a key that sees many networks once does not forget the one it often sees', () => {
  const key = usedKey();
  for (let n = 0; n < 30; n++) key.use({ place: `20.${n}.1.0/24`, isUsualPlace: true });
  assert.ok(key.profile.places.some(({ id }) => id === HOME));
});
