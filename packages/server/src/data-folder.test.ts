import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureDataFolder, StartError } from './data-folder.ts';
import { temporaryFolder } from './testing/folder.ts';

const UID = process.getuid!();

test('a missing folder is made with its parents, for this user alone; again it is taken as it is', (t) => {
  const folder = join(temporaryFolder(t), 'a/b/c');
  ensureDataFolder(folder, UID);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  ensureDataFolder(folder, UID);
});

test('security: an empty folder or one of ours that others can enter is closed to them', (t) => {
  for (const name of ['empty', 'ours']) {
    const folder = join(temporaryFolder(t), name);
    mkdirSync(folder);
    if (name === 'ours') writeFileSync(join(folder, 'instavm.db'), '');
    chmodSync(folder, 0o755);
    ensureDataFolder(folder, UID);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  }
});

test('security: a folder with other files that others can enter is refused and left as it is', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'notes.txt'), '');
  chmodSync(folder, 0o755);
  assert.throws(() => ensureDataFolder(folder, UID), /holds other files.*chmod 700 /);
  assert.equal(statSync(folder).mode & 0o777, 0o755);
});

test('security: a folder of another user is refused', (t) => {
  const folder = temporaryFolder(t);
  assert.throws(
    () => ensureDataFolder(folder, UID + 1),
    (error) => error instanceof StartError && /belongs to another user \(uid \d+\)/.test(error.message),
  );
});

test('a path that cannot be a folder is refused in one line with the reason', (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), '/proc/none/such']) {
    assert.throws(
      () => ensureDataFolder(path, UID),
      (error) =>
        error instanceof StartError && /--data-dir|chmod/.test(error.message) && !/\n/.test(error.message),
      path,
    );
  }
});
