import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { acquireLock, tryLock } from './exclusive-lock.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instavm-lock-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a lock has one holder at a time', () => {
  const lock = tryLock(join(folder, 'one'));
  assert.ok(lock);
  assert.equal(tryLock(join(folder, 'one')), null);
  lock.release();
  tryLock(join(folder, 'one'))!.release();
});

test('who waits gets the lock when it is released', async () => {
  const lock = tryLock(join(folder, 'wait'))!;
  const waiting = acquireLock(join(folder, 'wait'));
  lock.release();
  (await waiting).release();
});

test('a lock dies with its process, however it ends', async () => {
  const path = join(folder, 'killed');
  const program = `
    const { tryLock } = await import(${JSON.stringify(new URL('exclusive-lock.ts', import.meta.url).href)});
    globalThis.lock = tryLock(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  assert.equal(tryLock(path), null);
  child.kill('SIGKILL');
  await once(child, 'exit');
  tryLock(path)!.release();
});
