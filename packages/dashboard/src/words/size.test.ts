import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, memory } from './size.ts';

test('memory is told in the unit that a person would use', () => {
  assert.deepEqual([256, 1024, 1536, 4096].map(memory), ['256 MB', '1 GB', '1.5 GB', '4 GB']);
});

test('download sizes use decimal units', () => {
  assert.deepEqual([0, 999, 18_400, 18_400_000, 1_230_000_000].map(bytes), [
    '0 B',
    '999 B',
    '18 kB',
    '18.4 MB',
    '1.23 GB',
  ]);
});
