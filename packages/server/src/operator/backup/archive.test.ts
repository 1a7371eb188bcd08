import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../testing/folder.ts';
import { OperatorError } from '../operator-error.ts';
import { readArchive } from './read-archive.ts';
import { readTarHeader, tarHeader } from './tar.ts';
import { writeArchive } from './write-archive.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

/** An archive of a small member in memory and a large one in a file. */
function makeArchive(folder: string) {
  const large = randomBytes(3_000_001);
  writeFileSync(join(folder, 'large'), large);
  const file = join(folder, 'archive');
  const small = Buffer.from('{"a":1}');
  const members = [
    { name: 'small.json', content: small },
    { name: 'large.db', content: { file: join(folder, 'large') } },
  ];
  writeArchive(file, members, NOW_MS);
  let reads = 0;
  const readBack = (path = file) => {
    const copy = join(folder, `copy-${reads++}`);
    const inMemory = readArchive(path, [
      { name: 'small.json', target: { memoryBytesMax: 1000 } },
      { name: 'large.db', target: { file: copy } },
      { name: 'optional', target: { memoryBytesMax: 1000 }, isOptional: true },
    ]);
    return { small: inMemory.get('small.json')!, large: readFileSync(copy) };
  };
  return { file, small, large, readBack };
}

test('what was put into an archive comes out the same', (t) => {
  const { small, large, file, readBack } = makeArchive(temporaryFolder(t));
  assert.deepEqual(readBack(), { small, large });
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('an archive opens with the tools that every system has', (t) => {
  const folder = temporaryFolder(t);
  const { file, large } = makeArchive(folder);
  const out = temporaryFolder(t);
  execFileSync('tar', ['-xf', file, '-C', out]);
  assert.deepEqual(readdirSync(out).sort(), ['SHA256SUMS', 'large.db', 'small.json']);
  assert.deepEqual(readFileSync(join(out, 'large.db')), large);
  assert.match(execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: out, encoding: 'utf8' }), /OK/);
});

test('an archive that was cut off anywhere is refused', (t) => {
  const folder = temporaryFolder(t);
  const { file, readBack } = makeArchive(folder);
  const whole = statSync(file).size;
  // To the last block but one: tar ends with two blocks of zeros, and the first of them ends it.
  for (const size of [0, 1, 511, 512, 600, 1024, 2000, 1_000_000, whole - 2049, whole - 1025, whole - 1024]) {
    const cut = join(folder, `cut-${size}`);
    writeFileSync(cut, readFileSync(file));
    truncateSync(cut, size);
    assert.throws(() => readBack(cut), OperatorError, `${size} bytes`);
  }
});

test('a flipped bit anywhere in what is read is noticed', (t) => {
  const folder = temporaryFolder(t);
  const { file, readBack } = makeArchive(folder);
  const bytes = readFileSync(file);
  const sumsAt = bytes.lastIndexOf('SHA256SUMS');
  for (const at of [0, 130, 150, 515, 1030, 1_000_000, 3_000_000, sumsAt, sumsAt + 130, sumsAt + 520]) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 4;
    const damaged = join(folder, `flipped-${at}`);
    writeFileSync(damaged, flipped);
    assert.throws(() => readBack(damaged), OperatorError, `byte ${at}`);
  }
});

test('security: an archive writes only where the reader says, whatever its names and kinds are', (t) => {
  const folder = temporaryFolder(t);
  const { small, readBack } = makeArchive(folder);
  const before = readdirSync(folder).length;
  for (const [name, kind] of [
    ['../escaped', '0'],
    ['/etc/escaped', '0'],
    ['large.db', '2'],
    ['small.json', '0'],
  ] as const) {
    const header = tarHeader({ name, bytes: 0 }, 0);
    header.write(kind, 156, 'latin1');
    // Keeps the header's sum right, so that the kind alone is wrong.
    header[136]! -= kind.charCodeAt(0) - '0'.charCodeAt(0);
    const first = Buffer.concat([tarHeader({ name: 'small.json', bytes: small.length }, 0), small]);
    const file = join(temporaryFolder(t), 'hostile');
    writeFileSync(file, Buffer.concat([first, Buffer.alloc(512 - small.length), header, Buffer.alloc(1024)]));
    assert.throws(() => readBack(file), OperatorError, name);
  }
  assert.equal(readdirSync(folder).length, before);
});

test('other files are told apart from damaged backups', (t) => {
  const folder = temporaryFolder(t);
  const { readBack } = makeArchive(folder);
  for (const content of ['', 'hello', randomBytes(5000), Buffer.alloc(5000)]) {
    const file = join(folder, 'other');
    writeFileSync(file, content);
    assert.throws(() => readBack(file), /is no backup of InstaVM/);
  }
  assert.throws(() => readBack(folder), /is not a file/);
});

test('sizes beyond the octal field are written and read as GNU tar does', () => {
  for (const bytes of [0, 1, 0o77777777777, 0o77777777777 + 1, 10 ** 13]) {
    assert.deepEqual(readTarHeader(tarHeader({ name: 'a', bytes }, 0)), { name: 'a', bytes });
  }
});
