import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle } from './bundle.ts';

test('the bundle runs with nothing installed beside it', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-bundle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const dist = join(folder, 'dist');
  await bundle(dist);
  const run = (...argv: string[]) =>
    new Promise<{ code: number; text: string }>((resolve) => {
      const options = { env: { PATH: process.env.PATH, HOME: folder }, cwd: folder };
      execFile(process.execPath, [join(dist, 'instavm.mjs'), ...argv], options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
      );
    });
  assert.match((await run('--version')).text, /^instavm \d/);
  assert.match((await run('keys', 'create', '--help')).text, /--expires-in/);
  assert.deepEqual((await run('ls')).code, 4);
});
