import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barRects, highestBar } from './bar-rects.ts';

const box = { width: 70, height: 18 };

test('the highest bar is as high as its box, the others in proportion, each in its place', () => {
  const rects = barRects([[9], [0], [18], [0], [0], [0], [0]], box);
  assert.deepEqual(
    rects.map(({ x, y, width, height }) => [x, y, width, height].map((at) => Math.round(at * 1000) / 1000)),
    [
      [1, 9, 8, 9],
      [21, 0, 8, 18],
    ],
  );
});

test('values of one bar stand on each other', () => {
  const rects = barRects([[6, 0, 12]], box);
  assert.deepEqual(
    rects.map(({ y, height, tone }) => [y, height, tone]),
    [
      [12, 6, 0],
      [0, 12, 2],
    ],
  );
});

test('a little beside a lot is seen, and nothing is nothing', () => {
  const [little] = barRects([[1], [1_000_000]], box);
  assert.equal(little?.height, 1.5);
  assert.deepEqual(barRects([[0], [0]], box), []);
  assert.deepEqual(barRects([], box), []);
  assert.equal(highestBar([]), 1);
});
