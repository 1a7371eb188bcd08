import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { lockFolder } from './folder-lock.ts';

const HOLDER = `
  import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)};
  globalThis.lock = lockFolder(process.argv[1]);
  console.log(globalThis.lock ? 'held' : 'refused');
  setInterval(() => {}, 1000);
`;

/** A process that tries to take the lock and then stays. */
async function otherProcess(folder: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  return {
    said: String(said).trim(),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('one process at a time holds a folder; a killed one holds it no more', async (t) => {
  const folder = temporaryFolder(t);
  const holder = await otherProcess(folder);
  t.after(() => holder.kill());
  assert.equal(holder.said, 'held');
  assert.equal(lockFolder(folder), null);
  await holder.kill();
  const mine = lockFolder(folder);
  assert.ok(mine);
  const second = await otherProcess(folder);
  assert.equal(second.said, 'refused');
  await second.kill();
  mine.release();
});

test('a released folder can be locked again, and another folder at any time', (t) => {
  const [a, b] = [temporaryFolder(t), temporaryFolder(t)];
  const first = lockFolder(a);
  const other = lockFolder(b);
  assert.ok(first && other);
  assert.equal(lockFolder(a), null);
  first.release();
  const again = lockFolder(a);
  assert.ok(again);
  again.release();
  other.release();
});
