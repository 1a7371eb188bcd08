import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fingerprint } from './fingerprint.mjs';

test('the fingerprint follows names and contents, not times, builds or installed packages', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-print-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const now = () => fingerprint(folder, [folder, join(folder, 'absent')]);
  writeFileSync(join(folder, 'a.ts'), 'one');
  const first = now();

  utimesSync(join(folder, 'a.ts'), new Date(0), new Date(0));
  for (const name of ['node_modules', 'dist', 'dist.next.tmp']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'b.ts'), 'two');
  }
  assert.equal(now(), first);

  writeFileSync(join(folder, 'a.ts'), 'two');
  assert.notEqual(now(), first);
  writeFileSync(join(folder, 'a.ts'), 'one');
  writeFileSync(join(folder, 'c.ts'), '');
  assert.notEqual(now(), first);
});
