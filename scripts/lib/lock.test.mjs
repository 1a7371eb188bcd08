import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { withLock } from './lock.mjs';

const notWaiting = () => assert.fail('nobody holds the lock');

function lockPath(t) {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'deep', 'lock');
}

test('the second one begins when the first has ended, and the file is gone afterwards', async (t) => {
  const path = lockPath(t);
  const order = [];
  let letFirstEnd;
  const first = withLock(path, () => new Promise((resolve) => (letFirstEnd = resolve)), notWaiting);
  const second = withLock(
    path,
    async () => order.push('second'),
    () => {
      order.push('waits');
      letFirstEnd();
    },
  );
  await Promise.all([first, second]);
  assert.deepEqual(order, ['waits', 'second']);
  assert.equal(existsSync(path), false);
});

test('the lock of a process that was killed is taken over', async (t) => {
  const path = lockPath(t);
  await withLock(path, async () => {}, notWaiting);
  writeFileSync(path, String(process.pid));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  assert.equal(
    await withLock(
      path,
      async () => 'done',
      () => {},
    ),
    'done',
  );
});

test('a failure releases the lock', async (t) => {
  const path = lockPath(t);
  await assert.rejects(
    withLock(
      path,
      async () => {
        throw new Error('no space');
      },
      notWaiting,
    ),
    /no space/,
  );
  assert.equal(await withLock(path, async () => 'next', notWaiting), 'next');
});
