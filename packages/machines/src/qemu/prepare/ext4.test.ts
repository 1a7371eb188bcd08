import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usedBlocks } from './ext4.ts';

test('the used part ends before the free range that reaches to the end of the disk', () => {
  const map = [
    'Group 0: (Blocks 0-32767)',
    '  Free blocks: ',
    'Group 1: (Blocks 32768-65535)',
    '  Free blocks: 32800-32805, 40000-65535',
    'Group 2: (Blocks 65536-98303)',
    '  Free blocks: 65536-98303',
  ].join('\n');
  assert.equal(usedBlocks(map, 98304), 40000);
});

test('a disk that is used up to its end is kept whole', () => {
  assert.equal(usedBlocks('  Free blocks: 10-20\n', 1000), 1000);
});
