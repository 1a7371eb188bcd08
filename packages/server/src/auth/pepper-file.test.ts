import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { makePepperFile, readPepperFile, writePepperFile } from './pepper-file.ts';
import { pepperFileText } from './pepper-set.ts';

test('a pepper that was made is read back the same, from a file for this user alone', (t) => {
  const folder = temporaryFolder(t);
  assert.equal(readPepperFile(folder), null);
  const made = makePepperFile(folder, randomBytes);
  assert.equal(pepperFileText(readPepperFile(folder)!), pepperFileText(made));
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

test('what a killed process left of a new pepper is neither read nor in the way', (t) => {
  const folder = temporaryFolder(t);
  const made = makePepperFile(folder, randomBytes);
  writeFileSync(join(folder, 'pepper.json.tmp'), '{"versions":{"1"', { mode: 0o644 });
  assert.equal(pepperFileText(readPepperFile(folder)!), pepperFileText(made));
  const rotated = { ...made, versions: new Map([...made.versions, [2, randomBytes(32)] as const]) };
  writePepperFile(folder, rotated);
  assert.equal(pepperFileText(readPepperFile(folder)!), pepperFileText(rotated));
  assert.equal(statSync(join(folder, 'pepper.json')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['pepper.json']);
});
