import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileMode, folderMode, writeCpio } from './cpio.ts';

test('an archive holds newc headers with name and content padded to four bytes', () => {
  const archive = writeCpio([
    { path: 'bin', mode: folderMode },
    { path: 'a', mode: fileMode, content: Buffer.from('hello') },
  ]);
  const text = archive.toString('latin1');
  const [folder, file, trailer] = [...text.matchAll(/070701/g)].map((match) => match.index);
  assert.equal(folder, 0);
  const field = (header: number, index: number) =>
    Number.parseInt(text.slice(header + 6 + index * 8, header + 14 + index * 8), 16);
  assert.equal(field(folder!, 1), folderMode);
  assert.equal(field(folder!, 4), 2, 'links of a folder');
  assert.equal(field(file!, 1), fileMode);
  assert.equal(field(file!, 6), 5, 'length of the content');
  assert.equal(field(file!, 11), 2, 'length of the name with its zero byte');
  assert.equal(file! % 4, 0);
  assert.equal(trailer! % 4, 0);
  assert.equal(text.slice(file! + 110, file! + 112), 'a\0');
  assert.equal(text.slice(file! + 112, file! + 120), 'hello\0\0\0');
  assert.ok(text.endsWith('TRAILER!!!\0\0\0\0') || text.includes('TRAILER!!!\0'));
  assert.equal(archive.length % 4, 0);
});

test('equal input gives equal bytes, so that its hash can name it', () => {
  const entries = [{ path: 'a', mode: fileMode, content: Buffer.from('x') }];
  assert.ok(writeCpio(entries).equals(writeCpio(entries)));
});
