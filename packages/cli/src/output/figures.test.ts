import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Io } from '../io.ts';
import { amount, bytesInWords, short } from './figures.ts';
import { sparkline } from './sparkline.ts';

test('sizes count in steps of 1024, money has four places', () => {
  assert.deepEqual([0, 1023, 2048, 5 * 1024 ** 3].map(bytesInWords), ['0B', '1023B', '2.0KB', '5.0GB']);
  assert.deepEqual([amount(1.23456), short(1.25), short(3)], ['1.2346', '1.3', '3']);
});

const io = (isTTY: boolean, env = {}) => ({ env, stdout: { isTTY, write: () => {} } }) as unknown as Io;

test('a sparkline is for terminals; it shows nothing as nothing and sums where there is no room', () => {
  assert.equal(sparkline(io(true), [0, 1, 4, 8]), ' ▂▅█');
  assert.equal(sparkline(io(true), [...Array(119).fill(1), 3])!.length, 60);
  assert.equal(sparkline(io(true), [0, 0]), null);
  assert.equal(sparkline(io(true, { NO_COLOR: '1' }), [1, 2]), null);
  assert.equal(sparkline(io(false), [1, 2]), null);
});
