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

test('security: a folder that others can enter is refused and the line says what to run', (t) => {
  for (const mode of [0o755, 0o710, 0o701, 0o770]) {
    const folder = join(temporaryFolder(t), 'open');
    mkdirSync(folder);
    chmodSync(folder, mode);
    assert.throws(() => ensureDataFolder(folder, UID), /open to other users; run: chmod 700 /);
  }
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
