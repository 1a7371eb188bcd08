import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropUnused } from './drop-unused.ts';

test('what was used longest ago goes, and what a running process was started from stays', async () => {
  const cacheDir = await mkdtemp(join(tmpdir(), 'instavm-drop-'));
  for (let age = 0; age < 6; age++) {
    const folder = join(cacheDir, 'images', `image${age}`);
    await mkdir(folder, { recursive: true });
    await utimes(folder, new Date(), new Date(Date.now() - age * 60_000));
  }
  const user = spawn(process.execPath, [
    '-e',
    'setInterval(() => {}, 1000)',
    join(cacheDir, 'images/image5/root'),
  ]);
  await once(user, 'spawn');
  assert.deepEqual(await dropUnused(cacheDir), ['images/image3', 'images/image4']);
  assert.deepEqual((await readdir(join(cacheDir, 'images'))).sort(), [
    'image0',
    'image1',
    'image2',
    'image5',
  ]);
  user.kill();
  await once(user, 'exit');
  await rm(cacheDir, { recursive: true });
});
