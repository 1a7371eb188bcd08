import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { makePepperFile, readPepperFile } from './pepper-file.ts';

test('a pepper that was made is read back the same, from a file for this user alone', (t) => {
  const folder = temporaryFolder(t);
  assert.equal(readPepperFile(folder), null);
  const made = makePepperFile(folder, randomBytes);
  assert.deepEqual(new Map([...readPepperFile(folder)!].map(([v, s]) => [v, Buffer.from(s)])), made);
  assert.equal(statSync(join(folder, 'pepper.json')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['pepper.json']);
});

test('security: a pepper file that others can read is refused and the line says what to do', (t) => {
  const folder = temporaryFolder(t);
  makePepperFile(folder, randomBytes);
  chmodSync(join(folder, 'pepper.json'), 0o640);
  assert.throws(() => readPepperFile(folder), /open to other users; run: chmod 600 /);
});

test('a damaged pepper file is refused and never replaced by a fresh one', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'pepper.json');
  const short = Buffer.alloc(16).toString('base64');
  for (const text of ['', '{', '{}', '{"versions":{}}', `{"versions":{"1":"${short}"}}`, 'null']) {
    writeFileSync(file, text, { mode: 0o600 });
    assert.throws(() => readPepperFile(folder), /is damaged.*restore it from a backup/, JSON.stringify(text));
  }
});
