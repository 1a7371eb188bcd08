import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyQcow2 } from './qcow2.ts';

test('an empty disk says its size, names no other file and counts its own clusters', () => {
  const bytes = 4 * 1024 ** 3;
  const disk = emptyQcow2(bytes);
  assert.equal(disk.toString('latin1', 0, 4), 'QFI\xfb');
  assert.equal(disk.readUInt32BE(4), 3);
  assert.equal(disk.readBigUInt64BE(8), 0n, 'no backing file');
  assert.equal(disk.readBigUInt64BE(24), BigInt(bytes));
  assert.equal(disk.readUInt32BE(36), 8, 'entries of the first level: one for each 512 MiB');
  const counts = Number(disk.readBigUInt64BE(Number(disk.readBigUInt64BE(48))));
  const clusters = disk.length / 65536;
  for (let cluster = 0; cluster <= clusters; cluster++) {
    assert.equal(disk.readUInt16BE(counts + cluster * 2), cluster < clusters ? 1 : 0);
  }
});
